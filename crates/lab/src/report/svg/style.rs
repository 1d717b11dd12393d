//! How each curve of a figure is drawn: its colour, its dashes and its mark, each of which tells it apart alone.

use super::super::{Curves, Role};
use super::canvas::{Canvas, place};
use super::colour;

/// How many patterns of dashes there are.
const DASHES: usize = 4;

/// How a curve is drawn.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Style {
    /// The classes of its line.
    pub class: String,
    /// The number of its colour; references have none.
    colour: Option<usize>,
    /// The number of its mark's shape.
    shape: usize,
    /// Whether its mark is filled: those of what was measured are.
    filled: bool,
    /// From where on it is drawn faintly.
    until: Option<f64>,
}

impl Style {
    /// The styles of all curves of a figure.
    pub(super) fn of(curves: &Curves) -> Vec<Style> {
        let colours = colour::of_curves(curves);
        let mut bounds = 0;
        let style = |(shape, (curve, colour)): (usize, (&super::super::Curve, Option<usize>))| {
            let mut class = format!("curve {}", curve.role.word());
            if curve.role == Role::Bound {
                class += &format!(" d{}", bounds % DASHES);
                bounds += 1;
            }
            if let Some(colour) = colour {
                class += &format!(" s{colour}");
            }
            let filled = curve.role == Role::Measured;
            Style { class, colour, shape, filled, until: curve.informs_until }
        };
        curves.curves.iter().zip(colours).enumerate().map(style).collect()
    }

    /// Whether the bound does not inform at a place.
    pub(super) fn is_faint(&self, x: f64) -> bool {
        self.until.is_some_and(|until| x > until)
    }

    /// Draws the mark at a point.
    pub(super) fn mark(&self, canvas: &mut Canvas, (x, y): (f64, f64)) {
        let Some(colour) = self.colour else { return };
        let at = |dx: f64, dy: f64| format!("{} {}", place(x + dx), place(y + dy));
        let class = if self.filled { format!("f{colour}") } else { format!("hollow s{colour}") };
        canvas.raw(&match self.shape % 5 {
            0 => format!(r#"<circle class="{class}" cx="{}" cy="{}" r="3.6"/>"#, place(x), place(y)),
            1 => format!(r#"<path class="{class}" d="M{}h6.4v6.4h-6.4z"/>"#, at(-3.2, -3.2)),
            2 => format!(r#"<path class="{class}" d="M{}l4.2 7.4h-8.4z"/>"#, at(0.0, -4.4)),
            3 => format!(r#"<path class="{class}" d="M{}l4.4 4.4-4.4 4.4-4.4-4.4z"/>"#, at(0.0, -4.4)),
            _ => format!(r#"<path class="{class}" d="M{}l-4.2-7.4h8.4z"/>"#, at(0.0, 4.4)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Curve;
    use super::*;

    #[test]
    fn every_curve_looks_unlike_the_others() {
        let curve = |k: usize| {
            let role = if k == 0 { Role::Measured } else { Role::Bound };
            Curve::new(format!("{k}"), role, vec![])
        };
        let mut styles = Style::of(&Curves { curves: (0..5).map(curve).collect(), ..Curves::default() });
        // Even without its colour.
        for style in &mut styles {
            style.class = style.class.split(" s").next().unwrap_or_default().into();
            style.colour = None;
        }
        for (k, style) in styles.iter().enumerate() {
            assert!(!styles[..k].contains(style), "{styles:?}");
        }
    }
}
