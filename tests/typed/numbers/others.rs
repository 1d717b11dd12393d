//! What is no arithmetic: queries, constants, conversions, text.

use super::*;

fn check_class(x: &Class, class: Code) {
    assert_eq!(x.nan, class < 2);
    assert_eq!(x.signalling, class == 0);
    assert_eq!(x.infinite, class == 2 || class == 9);
    assert_eq!(x.normal, class == 3 || class == 8);
    assert_eq!(x.subnormal, class == 4 || class == 7);
    assert_eq!(x.zero, class == 5 || class == 6);
    assert_eq!(x.finite, (3..=8).contains(&class));
    assert!(x.nan || x.negative == (2..=5).contains(&class));
    let category = format!("{:?}", x.category);
    let names =
        ["Nan", "Nan", "Infinite", "Normal", "Subnormal", "Zero", "Zero", "Subnormal", "Normal", "Infinite"];
    assert_eq!(category, names[class as usize]);
}

/// Roundings to integral values and scaling.
pub(super) fn check_others(of: &Typed) {
    for a in codes(&of.format) {
        for (rounding, plain) in of.integral {
            let policy = Policy::IEEE.rounding(rounding);
            for (op, flagged) in of.integral_under {
                let want = within(of.format, op, policy, [a, 0, 0], 0);
                same(flagged(a, policy), want, &(op, a, policy));
                assert_eq!(plain(a), want.code, "{rounding} {a:#x}");
            }
        }
        for n in [i32::MIN, -20, -1, 0, 1, 3, i32::MAX] {
            let operands = [a, u64::from(n as u32), 0];
            let want = within(of.format, Op::ScaleB, Policy::IEEE, operands, 0);
            assert_eq!((of.scale.plain)(operands), want.code);
            same((of.scale.flagged)(operands, Policy::IEEE, 0), want, &(a, n));
        }
    }
}

/// The constants against every code's value.
pub(super) fn check_constants(of: &Typed) {
    let (k, value) = (&of.constants, of.conversions.to_f64);
    let all = codes(&of.format);
    let class = |&x: &Code| (of.class)(x);
    let at_most = |x, y| (of.order)(x, y).holds[3];
    let finite = || all.iter().copied().filter(|x| class(x).finite);
    assert!(finite().all(|x| at_most(k.min, x) && at_most(x, k.max)), "{:?}", of.format);
    let positive = || finite().filter(|x| !class(x).zero && class(x).positive);
    assert!(positive().all(|x| at_most(k.smallest, x)));
    assert!(positive().filter(|x| class(x).normal).all(|x| at_most(k.min_positive, x)));
    assert!(class(&k.min_positive).normal || positive().all(|x| !class(&x).normal));
    assert_eq!(value(k.one), 1.0);
    let after_one = within(of.format, Op::NextUp, Policy::IEEE, [k.one, 0, 0], 0).code;
    assert_eq!(value(k.epsilon), value(after_one) - 1.0);
    assert_eq!(k.nan.is_some(), all.iter().any(|x| class(x).nan));
    assert!(k.nan.is_none_or(|x| class(&x).nan && !class(&x).signalling));
    assert_eq!(k.infinity.is_some(), all.iter().any(|x| class(x).infinite));
    assert!(k.infinity.is_none_or(|x| class(&x).infinite && class(&x).positive));
    assert!(k.neg_infinity.is_none_or(|x| class(&x).infinite && class(&x).negative));
    assert_eq!((k.width, k.precision), (of.format.width(), of.format.precision()));
}

/// `f32`, `f64`, integers and other formats, against the same conversion at run time.
pub(super) fn check_conversions(of: &Typed, policies: &[Policy]) {
    let (format, typed) = (of.format, &of.conversions);
    let convert = |from: Format, to: Format, policy: Policy, code: Code| {
        let task = Task::new(Op::Convert, [from; 3], to).with_policy(policy);
        apply(&task, Operands::new(code, 0, 0))
    };
    let [single, double, other, i32s, i64s] =
        ["binary32", "binary64", "e5m2", "i32", "i64"].map(|name| lookup(name).unwrap());
    for c in codes(&format) {
        let x = (typed.to_f64)(c);
        for y in [x, x.next_down(), x.next_up(), x * 1.0625, x * 0.96875] {
            let want = convert(double, format, Policy::IEEE, y.to_bits());
            assert_eq!((typed.from_f64)(y), want.code, "{y}");
            let want = convert(single, format, Policy::IEEE, u64::from((y as f32).to_bits()));
            assert_eq!((typed.from_f32)(y as f32), want.code, "{y}");
        }
        let want = convert(format, single, Policy::IEEE, c);
        assert_eq!(u64::from((typed.to_f32)(c).to_bits()), want.code);
        let want = convert(format, double, Policy::IEEE, c);
        assert_eq!(x.to_bits(), want.code);
        for &policy in policies {
            let want = convert(format, other, policy, c);
            same((typed.to_e5m2)(c, policy), want, &(c, policy));
        }
        assert_eq!((typed.to_integers)(c), (x as i8, x as u16, x as i64, x as u64), "{x}");
        let want = convert(format, i32s, Policy::IEEE, c);
        assert_eq!((typed.to_i32)(c), (want.code as u32 as i32, want.flags));
    }
    for n in [i64::MIN, -449, -3, 0, 1, 17, 240, 65520, i64::MAX] {
        let want = convert(i64s, format, Policy::IEEE, n as u64);
        assert_eq!((typed.from_i64)(n), want.code, "{n}");
    }
}

/// Every value prints and reads back; a NaN comes back as the canonical one.
pub(super) fn check_text(of: &Typed) {
    for c in codes(&of.format) {
        for text in (of.text.printed)(c) {
            let want = if (of.class)(c).nan { of.constants.nan } else { Some(c) };
            assert_eq!(Some((of.text.parsed)(&text)), want, "{text}");
        }
        assert_eq!((of.text.digits)(c), format!("{c:x} {c:X} {c:b}"));
    }
}

/// Comparisons, total order, classes.
pub(super) fn check_queries(of: &Typed) {
    let all = codes(&of.format);
    let ask = |op, a, b| within(of.format, op, Policy::IEEE, [a, b, 0], 0);
    let holds = |op, a, b| ask(op, a, b).code == 1;
    for &a in &all {
        for &b in &all {
            let less = holds(Op::Compare(Predicate::LESS), a, b);
            let equal = holds(Op::Compare(Predicate::EQUAL), a, b);
            let greater = holds(Op::Compare(Predicate::GREATER), a, b);
            let before = holds(Op::TotalOrder, a, b);
            let signalling = ask(Op::Compare(SIGNALLING), a, b);
            let want = Order {
                holds: [less, equal, greater, less || equal, greater || equal],
                partial: less || equal || greater,
                total: [before; 2],
                compared: (signalling.code == 1, signalling.flags),
            };
            assert_eq!((of.order)(a, b), want, "{a:#x} {b:#x}");
        }
        check_class(&(of.class)(a), ask(Op::Class, a, 0).code);
    }
}
