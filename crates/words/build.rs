//! Reads `assets/words/es/*.ftl` and writes one `Key` variant per message, so that a missing word does not compile.
use std::{collections::BTreeMap, env, error::Error, fmt::Write as _, fs, path::PathBuf};

use fluent_syntax::{ast::Entry, parser::parse};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../assets/words/es");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<_> = fs::read_dir(&folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
    files.retain(|p| p.extension().is_some_and(|x| x == "ftl"));
    files.sort();
    let mut keys = BTreeMap::new();
    let mut sources = String::new();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let text = fs::read_to_string(&file)?;
        let resource = parse(text.as_str()).map_err(|(_, errors)| format!("{}: {errors:?}", file.display()))?;
        for entry in &resource.body {
            if let Entry::Message(message) = entry {
                let id = message.id.name.to_string();
                if keys.insert(camel(&id), id.clone()).is_some() {
                    return Err(format!("{}: the word {id} stands twice", file.display()).into());
                }
            }
        }
        write!(sources, "include_str!({:?}),", file.canonicalize()?.display().to_string())?;
    }
    let mut out = String::from(
        "/// One message that people read.\n#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]\npub enum Key {\n",
    );
    for (variant, id) in &keys {
        writeln!(out, "    /// `{id}`\n    {variant},")?;
    }
    out.push_str("}\nimpl Key {\n    /// The id in the Fluent files.\n    #[must_use]\n    pub fn id(self) -> &'static str {\n        match self {\n");
    for (variant, id) in &keys {
        writeln!(out, "            Self::{variant} => {id:?},")?;
    }
    out.push_str("        }\n    }\n    /// Every key there is.\n    pub const ALL: &'static [Key] = &[\n");
    for variant in keys.keys() {
        writeln!(out, "        Self::{variant},")?;
    }
    out.push_str("    ];\n}\n");
    writeln!(out, "pub(crate) const ES: &[&str] = &[{sources}];")?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("keys.rs"), out)?;
    Ok(())
}

fn camel(id: &str) -> String {
    id.split(['-', '_'])
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map(|c| c.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
        })
        .collect()
}
