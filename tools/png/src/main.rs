//! Renders SVG figures as PNG, for documents that take no SVG: each file beside its figure, with `.png` in place of `.svg`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use clap::Parser;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

#[derive(Parser)]
#[command(
    about,
    after_help = "Example:\n  halfulp bound run ema --svg figures/\n  halfulp-png figures/ --scale 3"
)]
struct Arguments {
    /// SVG files, or folders of them.
    #[arg(required = true)]
    figures: Vec<PathBuf>,
    /// How many pixels a unit of the figure is wide and high: 0.1 to 16.
    #[arg(long, default_value_t = 2.0)]
    scale: f32,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    ensure!((0.1..=16.0).contains(&arguments.scale), "--scale {}: expected 0.1 to 16", arguments.scale);
    let mut options = Options::default();
    options.fontdb_mut().load_system_fonts();
    ensure!(!options.fontdb.is_empty(), "there are no fonts: install some, fonts-dejavu-core for example");
    for file in files(&arguments.figures)? {
        let png = file.with_extension("png");
        render(&file, &png, arguments.scale, &options).with_context(|| file.display().to_string())?;
        println!("{}", png.display());
    }
    Ok(())
}

/// The files that are named, and those with the extension `svg` of the folders that are named.
fn files(named: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in named {
        if !path.is_dir() {
            ensure!(is_svg(path), "{}: expected a file whose name ends in .svg, or a folder", path.display());
            files.push(path.clone());
            continue;
        }
        let entries = fs::read_dir(path).with_context(|| path.display().to_string())?;
        let mut found = entries.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<Vec<_>>>()?;
        found.retain(|file| is_svg(file));
        found.sort();
        if found.is_empty() {
            bail!("{}: there are no .svg files in this folder", path.display());
        }
        files.append(&mut found);
    }
    Ok(files)
}

fn is_svg(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "svg")
}

/// Written whole or not at all.
fn render(svg: &Path, png: &Path, scale: f32, options: &Options) -> anyhow::Result<()> {
    let tree = Tree::from_str(&fs::read_to_string(svg)?, options)?;
    let size = tree.size().to_int_size().scale_by(scale).context("the figure has no size")?;
    let mut pixels = Pixmap::new(size.width(), size.height()).context("the picture is too large")?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let folder = png.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, &pixels.encode_png()?)?;
    file.persist(png)?;
    Ok(())
}
