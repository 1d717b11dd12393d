"""Puts all mutants of a file into one source: each is a branch that is enabled by its number in an environment variable.

`a + b` with the mutants 4 and 5 becomes `(if on(4) { (a) - (b) } else if on(5) { (a) * (b) } else { a + b })`. A mutant's branch contains
no other mutants, because only one is enabled at a time. None is enabled while constants are evaluated.
"""

import tree_sitter
import tree_sitter_rust

RUST = tree_sitter.Language(tree_sitter_rust.language())
ON = "crate::mutation::on"

# The module that every rewritten crate gets.
MODULE = """
#[doc(hidden)]
pub mod mutation {
    use std::io::Write as _;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    static CHOSEN: AtomicU32 = AtomicU32::new(UNKNOWN);
    const UNKNOWN: u32 = u32::MAX;
    // None is on, and each that would be is written down once.
    const RECORD: u32 = u32::MAX - 1;
    static REACHED: [AtomicBool; 1 << 14] = [const { AtomicBool::new(false) }; 1 << 14];

    const fn never(_: u32) -> bool {
        false
    }

    #[inline]
    fn is_chosen(mutant: u32) -> bool {
        let chosen = CHOSEN.load(Ordering::Relaxed);
        if chosen < RECORD {
            return chosen == mutant;
        }
        if chosen == RECORD && REACHED[mutant as usize].load(Ordering::Relaxed) {
            return false;
        }
        asked(mutant)
    }

    #[cold]
    #[inline(never)]
    fn asked(mutant: u32) -> bool {
        let place = std::env::var("HALFULP_REACHED");
        let number = std::env::var("HALFULP_MUTANT").map_or(0, |n| n.parse().unwrap());
        CHOSEN.store(if place.is_ok() { RECORD } else { number }, Ordering::Relaxed);
        let Ok(place) = place else { return number == mutant };
        if !REACHED[mutant as usize].swap(true, Ordering::Relaxed) {
            let mut file = std::fs::OpenOptions::new().append(true).open(place).unwrap();
            file.write_all(format!("{mutant}\n").as_bytes()).unwrap();
        }
        false
    }

    pub const fn on(mutant: u32) -> bool {
        core::intrinsics::const_eval_select((mutant,), never, is_chosen)
    }
}
"""
ATTRIBUTES = "#![feature(core_intrinsics, const_eval_select)]\n#![allow(internal_features)]\n"


class Source:
    """A file with its mutants, as `cargo mutants --list --json` has them, each with a number."""

    def __init__(self, text, mutants):
        self.bytes = text.encode()
        self.root = parse(self.bytes)
        self.lines = text.split("\n")
        starts, at = [], 0
        for line in self.lines:
            starts.append(at)
            at += len(line.encode()) + 1
        self.starts = starts
        # By a node's identity: the mutants of it.
        self.at = {}
        self.unplaced = []
        for mutant in mutants:
            node = self.find(mutant)
            if node is None:
                self.unplaced.append(mutant)
            else:
                self.at.setdefault(node.id, []).append(mutant)

    def offset(self, place):
        line = self.lines[place["line"] - 1]
        return self.starts[place["line"] - 1] + len(line[: place["column"] - 1].encode())

    def find(self, mutant):
        """The node that a mutant changes."""
        start, end = self.offset(mutant["span"]["start"]), self.offset(mutant["span"]["end"])
        node = self.root.descendant_for_byte_range(start, end)
        match mutant["genre"]:
            case "BinaryOperator" | "UnaryOperator":
                whole = climb(node, ("binary_expression", "compound_assignment_expr", "unary_expression"))
                is_operator = node.start_byte == start and node.end_byte == end and not node.is_named
                return whole if is_operator and whole == node.parent and b"let " not in operands(whole) else None
            case "MatchArm":
                arm = climb(self.root.descendant_for_byte_range(start, start + 1), ("match_arm",))
                return arm if arm and arm.start_byte == start else None
            case "MatchArmGuard":
                return None if node.type == "let_condition" or b"let " in node.text else node
            case "StructField":
                return climb(node, ("struct_expression",))
            # Of an opaque type there is one only, so an early return of another does not compile.
            case "FnValue" if "impl " not in mutant["function"]["return_type"]:
                return climb(node, ("function_item",))
        return None

    def text(self, node, off=()):
        """A node's source with the mutants in it, but for those turned off for good."""
        children, at, out = node.children, node.start_byte, []
        for child in children:
            out += [self.bytes[at : child.start_byte], self.text(child, off)]
            at = child.end_byte
        text = b"".join([*out, self.bytes[at : node.end_byte]])
        mutants = [m for m in self.at.get(node.id, []) if m["number"] not in off]
        return self.wrapped(node, text, mutants) if mutants else text

    def wrapped(self, node, text, mutants):
        genre = mutants[0]["genre"]
        if genre == "FnValue":
            # The body's brace is the first of the function's last child.
            body = node.child_by_field_name("body").start_byte
            # What stands before the body has no mutants.
            at = body - node.start_byte + 1
            early = "".join(f"if {ON}({m['number']}) {{ return {m['replacement']}; }}\n" for m in mutants)
            return text[:at] + b"\n" + early.encode() + text[at:]
        if genre == "MatchArm":
            pattern = node.child_by_field_name("pattern")
            at = pattern.end_byte - node.start_byte
            return text[:at] + f" if !{ON}({mutants[0]['number']}) ".encode() + text[at:]
        branches = "".join(f"if {ON}({m['number']}) {{ {self.mutated(node, m)} }} else " for m in mutants)
        whole = branches.encode() + b"{ " + text + b" }"
        return whole if node.type == "compound_assignment_expr" else b"(" + whole + b")"

    def mutated(self, node, mutant):
        """The expression instead of this one."""
        if mutant["genre"] == "MatchArmGuard":
            return mutant["replacement"]
        if mutant["genre"] == "StructField":
            start, end = self.offset(mutant["span"]["start"]), self.offset(mutant["span"]["end"])
            return (self.bytes[node.start_byte : start] + self.bytes[end : node.end_byte]).decode()
        if node.type == "unary_expression":
            return f"({node.children[1].text.decode()})"
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if node.type == "compound_assignment_expr":
            return f"{left.text.decode()} {mutant['replacement']} ({right.text.decode()})"
        return f"({left.text.decode()}) {mutant['replacement']} ({right.text.decode()})"

    def alone(self, mutant):
        """The file with this mutant only, without a switch."""
        node = self.find(mutant)
        if node is None or mutant["genre"] in ("FnValue", "MatchArm"):
            start, end = self.offset(mutant["span"]["start"]), self.offset(mutant["span"]["end"])
            text = mutant["replacement"]
            # An arm's comma goes with it.
            if mutant["genre"] == "MatchArm" and self.bytes[end : end + 1] == b",":
                end += 1
        else:
            start, end, text = node.start_byte, node.end_byte, self.mutated(node, mutant)
            text = f"({text})" if node.type != "compound_assignment_expr" else text
        return (self.bytes[:start] + text.encode() + self.bytes[end:]).decode()


def parse(source):
    return tree_sitter.Parser(RUST).parse(source).root_node


def climb(node, kinds):
    while node is not None and node.type not in kinds:
        node = node.parent
    return node


def operands(node):
    return b" ".join(child.text for child in node.named_children)


def culprits(source, start, end):
    """The mutants to blame for an error at these bytes of a rewritten file: the one in whose branch they are, or all of the choice around."""
    node, around = parse(source).descendant_for_byte_range(start, end), []
    inner = None
    while node is not None:
        number = chosen_by(node)
        if number is not None:
            if inner == node.child_by_field_name("consequence"):
                return [number]
            around.append(number)
        inner, node = node, node.parent
    return around


def chosen_by(node):
    """The number in `if on(number)`."""
    if node.type != "if_expression":
        return None
    condition = node.child_by_field_name("condition").text.decode()
    return int(condition[len(ON) + 1 : -1]) if condition.startswith(ON + "(") else None
