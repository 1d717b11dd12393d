//! Colours that people tell apart, those who see fewer colours too; each curve's colour, and a heat map's.

use super::super::{Curves, Role};

/// How many colours curves have.
pub(super) const COLOURS: usize = 8;

/// The style of pictures, and of a page that has some: classes whose colours are variables, so that they suit light and dark. `s0` to
/// `s7` draw, `f0` to `f7` fill. After Okabe and Ito's palette, darkened or lightened to stand out from the ground.
pub(in crate::report) const STYLE: &str = include_str!("picture.css");

/// The style of a picture that is a file of its own: light, and without variables, which programs for papers and posters do not know.
pub(super) fn on_paper() -> String {
    let (light, rest) = STYLE.split_once('}').unwrap_or_default();
    let (_dark, rules) = rest.split_once("}}").unwrap_or_default();
    let variables =
        light.trim_start_matches(":root{").split([';', '\n']).filter_map(|pair| pair.split_once(':'));
    variables
        .filter(|(name, _)| name.starts_with("--"))
        .fold(rules.replace('\n', ""), |rules, (name, value)| rules.replace(&format!("var({name})"), value))
}

/// A colour's number for each curve: a bound has that of the measurement whose label is the same but for the words "bound" and
/// "measured", or that comes at the same place where there are as many bounds as measurements. References have none.
pub(super) fn of_curves(curves: &Curves) -> Vec<Option<usize>> {
    let curves = &curves.curves;
    let measured: Vec<usize> = (0..curves.len()).filter(|&i| curves[i].role == Role::Measured).collect();
    let bounds: Vec<usize> = (0..curves.len()).filter(|&i| curves[i].role == Role::Bound).collect();
    let mut next = measured.len();
    let colour = |(i, curve): (usize, &super::super::Curve)| match curve.role {
        Role::Measured => measured.iter().position(|&k| k == i),
        Role::Reference => None,
        Role::Bound => {
            let same = measured.iter().position(|&k| bare(&curves[k].label) == bare(&curve.label));
            let place = bounds.iter().position(|&k| k == i).filter(|_| bounds.len() == measured.len());
            Some(same.or(place).unwrap_or_else(|| {
                next += 1;
                next - 1
            }))
        }
    };
    curves.iter().enumerate().map(colour).map(|colour| colour.map(|c| c % COLOURS)).collect()
}

/// A label without the words that say what the curve is.
fn bare(label: &str) -> String {
    let words = label.split(|c: char| c.is_whitespace() || ",:()".contains(c));
    let kept = words.filter(|word| {
        let word = word.to_ascii_lowercase();
        !matches!(
            word.as_str(),
            "" | "bound" | "bounds" | "measured" | "measurement" | "the" | "error" | "of"
        )
    });
    kept.collect::<Vec<_>>().join(" ")
}

/// The colour map viridis, in nine steps: even in lightness, so that it can be read without colours.
const VIRIDIS: [[u8; 3]; 9] = [
    [0x44, 0x01, 0x54],
    [0x47, 0x2d, 0x7b],
    [0x3b, 0x52, 0x8b],
    [0x2c, 0x72, 0x8e],
    [0x21, 0x91, 0x8c],
    [0x28, 0xae, 0x80],
    [0x5e, 0xc9, 0x62],
    [0xad, 0xdc, 0x30],
    [0xfd, 0xe7, 0x25],
];

/// The colour at a place of the map, 0 to 1, as red, green and blue.
fn map(place: f64) -> [f64; 3] {
    let at = place.clamp(0.0, 1.0) * (VIRIDIS.len() - 1) as f64;
    let low = (at.floor() as usize).min(VIRIDIS.len() - 2);
    let part = at - low as f64;
    std::array::from_fn(|k| f64::from(VIRIDIS[low][k]) * (1.0 - part) + f64::from(VIRIDIS[low + 1][k]) * part)
}

/// The colour at a place of the map as `#rrggbb`.
pub(super) fn heat(place: f64) -> String {
    let [r, g, b] = map(place).map(|c| c.round() as u8);
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Whether white letters are easier to read on that colour than black ones.
pub(super) fn is_dark(place: f64) -> bool {
    let [r, g, b] = map(place).map(|c| (c / 255.0).powf(2.2));
    // Where the contrast ratio to white equals that to black.
    0.2126 * r + 0.7152 * g + 0.0722 * b < 0.179
}

#[cfg(test)]
mod tests {
    use super::super::super::{Curve, Curves};
    use super::*;

    fn colours(curves: &[(&str, Role)]) -> Vec<Option<usize>> {
        let curve = |(label, role): &(&str, Role)| Curve::new(*label, *role, vec![]);
        of_curves(&Curves { curves: curves.iter().map(curve).collect(), ..Curves::default() })
    }

    #[test]
    fn a_bound_has_the_colour_of_its_measurement() {
        let (m, b, r) = (Role::Measured, Role::Bound, Role::Reference);
        let curves = [
            ("measured, fp8", m),
            ("measured, bf16", m),
            ("bound, bf16", b),
            ("fp8 bound", b),
            ("other", b),
            ("1", r),
        ];
        assert_eq!(colours(&curves), [Some(0), Some(1), Some(1), Some(0), Some(2), None]);
        assert_eq!(colours(&[("x", m), ("y", m), ("p", b), ("q", b)]), [Some(0), Some(1), Some(0), Some(1)]);
    }

    #[test]
    fn the_map_ends_where_it_should() {
        assert_eq!(heat(0.0), "#440154");
        assert_eq!(heat(1.0), "#fde725");
        assert_eq!(heat(f64::INFINITY), "#fde725");
        assert!(is_dark(0.0) && !is_dark(1.0));
    }
}
