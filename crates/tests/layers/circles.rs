//! The files of a package as a graph, and its circles.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Item, UseTree, Visibility};

use crate::scan::Names;

/// A module's path from the root of the package.
type Module = Vec<String>;

/// What a file says.
struct Parsed {
    /// The path of the file.
    name: String,
    /// What it uses, as it names it.
    uses: BTreeSet<Vec<String>>,
    /// What its `use` lines name: whoever imports such a name from it gets it from there.
    handed: BTreeMap<String, Vec<String>>,
}

/// A package.
struct Package(BTreeMap<Module, Parsed>);

/// The module of a file: none for `lib.rs` and `main.rs`.
fn module(path: &str) -> Module {
    let mut parts: Module = path.trim_end_matches(".rs").split('/').map(String::from).collect();
    if path == "lib.rs" || path == "main.rs" || parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The names that a tree brings, and what they are.
fn names(tree: &UseTree, mut before: Vec<String>, into: &mut BTreeMap<String, Vec<String>>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            names(&path.tree, before, into);
        }
        UseTree::Name(name) => {
            before.push(name.ident.to_string());
            into.insert(name.ident.to_string(), before);
        }
        UseTree::Rename(rename) => {
            before.push(rename.ident.to_string());
            into.insert(rename.rename.to_string(), before);
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| names(tree, before.clone(), into)),
        UseTree::Glob(_) => {}
    }
}

impl Parsed {
    fn of(name: &str, text: &str) -> Parsed {
        let mut file = syn::parse_file(text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let mut handed = BTreeMap::new();
        for item in &file.items {
            if let Item::Use(item) = item {
                names(&item.tree, Vec::new(), &mut handed);
            }
        }
        file.items.retain(|item| !matches!(item, Item::Use(u) if !matches!(u.vis, Visibility::Inherited)));
        Parsed { name: name.into(), uses: Names::of(&file).paths, handed }
    }
}

impl Package {
    /// A path that a module names, from the root of the package; none if it is not of the package.
    fn absolute(&self, from: &Module, path: &[String]) -> Option<Vec<String>> {
        let mut module = from.clone();
        let rest = match path.first()?.as_str() {
            "crate" => {
                module.clear();
                &path[1..]
            }
            "self" => &path[1..],
            "super" => {
                let levels = path.iter().take_while(|part| *part == "super").count();
                module.truncate(module.len().checked_sub(levels)?);
                &path[levels..]
            }
            child => {
                let below = [&module[..], &[child.into()]].concat();
                if path.len() < 2 || !self.0.contains_key(&below) {
                    return None;
                }
                path
            }
        };
        module.extend(rest.iter().cloned());
        Some(module)
    }

    /// The file that defines what a path from the root names.
    fn defining(&self, path: &[String], depth: usize) -> Option<&Module> {
        let length = (0..=path.len()).rev().find(|&n| self.0.contains_key(&path[..n]))?;
        let (module, parsed) = self.0.get_key_value(&path[..length])?;
        let handed = path.get(length).and_then(|name| parsed.handed.get(name));
        match handed.and_then(|of| self.absolute(module, of)) {
            Some(of) if depth < 8 => self.defining(&[&of[..], &path[length + 1..]].concat(), depth + 1),
            _ => Some(module),
        }
    }

    /// The files that a file imports.
    fn imports(&self, module: &Module) -> BTreeSet<&Module> {
        let paths = self.0[module].uses.iter().filter_map(|path| self.absolute(module, path));
        paths.filter_map(|path| self.defining(&path, 0)).filter(|other| *other != module).collect()
    }
}

/// The circles of a package's files, each in order: files of which each can be reached from each.
pub fn circles(files: &[(String, String)]) -> Vec<Vec<String>> {
    let parsed = files.iter().map(|(name, text)| (module(name), Parsed::of(name, text)));
    let package = Package(parsed.collect());
    let imports: BTreeMap<&Module, BTreeSet<&Module>> =
        package.0.keys().map(|module| (module, package.imports(module))).collect();
    let reached = |from: &'_ Module| {
        let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(module) = open.pop() {
            open.extend(imports[module].iter().copied().filter(|other| reached.insert((*other).clone())));
        }
        reached
    };
    let reached: BTreeMap<&Module, BTreeSet<Module>> =
        package.0.keys().map(|module| (module, reached(module))).collect();
    let circle = |module: &&Module| {
        let both = reached[module].iter().filter(|other| reached[other].contains(*module));
        both.map(|other| package.0[other].name.clone()).collect::<BTreeSet<_>>()
    };
    let all: BTreeSet<BTreeSet<String>> = package.0.keys().map(|module| circle(&module)).collect();
    all.into_iter().filter(|circle| !circle.is_empty()).map(|circle| circle.into_iter().collect()).collect()
}
