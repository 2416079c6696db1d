//! The public names of the Rust library, read from its source: what src/lib.rs shows, with fields, variants, methods
//! and traits.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::{
    Attribute, Fields, FnArg, ImplItem, Item, ItemImpl, ReturnType, Signature, UseTree, Visibility,
};

use super::Names;

/// The modules of a crate, each under its path.
type Modules = BTreeMap<Vec<String>, Vec<Item>>;

/// Lists them.
pub(super) fn names(source: &Path) -> Result<Names, String> {
    let mut modules = Modules::new();
    read(source, &source.join("lib.rs"), Vec::new(), &mut modules)?;
    let mut shown = Shown::default();
    for item in modules.get(&Vec::new()).into_iter().flatten() {
        if let Item::Use(used) = item
            && is_public(&used.vis)
            && !is_hidden(&used.attrs)
        {
            for (path, name) in leaves(&used.tree, &[]) {
                let found = find(&modules, &[], &path)
                    .ok_or_else(|| format!("{} is not found in the source", path.join("::")))?;
                shown.item(&name, found)?;
            }
        }
    }
    shown.implementations(&modules);
    Ok(shown.names)
}

/// Reads a file, and those of its modules.
fn read(
    source: &Path,
    file: &Path,
    path: Vec<String>,
    modules: &mut Modules,
) -> Result<(), String> {
    let text = fs::read_to_string(file)
        .map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let items = syn::parse_file(&text)
        .map_err(|error| format!("{} is not understood: {error}", file.display()))?
        .items;
    for item in &items {
        let Item::Mod(module) = item else { continue };
        if module.content.is_some() || is_for_tests(&module.attrs) {
            continue;
        }
        let mut below = path.clone();
        below.push(module.ident.to_string());
        let stem = below.iter().collect::<std::path::PathBuf>();
        let beside = source.join(&stem).with_extension("rs");
        let within = source.join(&stem).join("mod.rs");
        let file = if beside.is_file() { beside } else { within };
        // What has a path of its own is part of the ABI's checks, and shows nothing.
        if file.is_file() {
            read(source, &file, below, modules)?;
        }
    }
    modules.insert(path, items);
    Ok(())
}

/// The paths that a `use` names, each with the name that it gives.
fn leaves(tree: &UseTree, above: &[String]) -> Vec<(Vec<String>, String)> {
    let with = |name: &syn::Ident| {
        let mut path = above.to_vec();
        path.push(name.to_string());
        path
    };
    match tree {
        UseTree::Path(part) => leaves(&part.tree, &with(&part.ident)),
        UseTree::Name(name) => vec![(with(&name.ident), name.ident.to_string())],
        UseTree::Rename(rename) => vec![(with(&rename.ident), rename.rename.to_string())],
        UseTree::Group(group) => group
            .items
            .iter()
            .flat_map(|tree| leaves(tree, above))
            .collect(),
        UseTree::Glob(_) => Vec::new(),
    }
}

/// The item at a path that is written in a module.
fn find<'a>(modules: &'a Modules, from: &[String], path: &[String]) -> Option<&'a Item> {
    let (name, places) = path.split_last()?;
    let mut module = from.to_vec();
    for place in places {
        match place.as_str() {
            "crate" => module.clear(),
            "super" => {
                module.pop();
            }
            "self" => {}
            name => module.push(name.to_owned()),
        }
    }
    let items = modules.get(&module)?;
    let own = items
        .iter()
        .find(|item| ident(item).is_some_and(|ident| ident == name));
    own.or_else(|| {
        items.iter().find_map(|item| {
            let Item::Use(used) = item else { return None };
            let (path, _) = leaves(&used.tree, &[])
                .into_iter()
                .find(|(path, given)| given == name && path.len() > 1)?;
            find(modules, &module, &path)
        })
    })
}

fn ident(item: &Item) -> Option<&syn::Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Const(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        _ => None,
    }
}

/// What is found, line by line.
#[derive(Default)]
struct Shown {
    names: Names,
    types: BTreeSet<String>,
}

impl Shown {
    fn add(&mut self, word: impl ToString, line: &str) {
        self.names.insert(format!("Rust: {line}"), word.to_string());
    }

    fn item(&mut self, name: &str, item: &Item) -> Result<(), String> {
        match item {
            Item::Struct(item) => {
                self.types.insert(item.ident.to_string());
                let open = if is_non_exhaustive(&item.attrs) {
                    "non-exhaustive "
                } else {
                    ""
                };
                self.add(
                    name,
                    &format!("{open}struct {name}{}", text(&item.generics)),
                );
                self.derived(name, &item.attrs);
                self.fields(name, &item.fields, false);
            }
            Item::Enum(item) => {
                self.types.insert(item.ident.to_string());
                let open = if is_non_exhaustive(&item.attrs) {
                    "non-exhaustive "
                } else {
                    ""
                };
                self.add(name, &format!("{open}enum {name}{}", text(&item.generics)));
                self.derived(name, &item.attrs);
                for variant in &item.variants {
                    let whole = format!("{name}::{}", variant.ident);
                    self.add(&variant.ident, &whole);
                    self.fields(&whole, &variant.fields, true);
                }
            }
            Item::Fn(item) => self.add(name, &signature(name, &item.sig)),
            Item::Const(item) => self.add(name, &format!("const {name}: {}", text(&item.ty))),
            Item::Type(item) => self.add(name, &format!("type {name} = {}", text(&item.ty))),
            Item::Trait(item) => {
                self.add(name, &format!("trait {name}{}", text(&item.generics)));
                for each in &item.items {
                    if let syn::TraitItem::Fn(method) = each {
                        let line = signature(&method.sig.ident.to_string(), &method.sig);
                        self.add(&method.sig.ident, &format!("trait {name}: {line}"));
                    }
                }
            }
            _ => {
                return Err(format!(
                    "{name} is of a kind that the list of names does not know"
                ));
            }
        }
        Ok(())
    }

    fn derived(&mut self, owner: &str, attributes: &[Attribute]) {
        for attribute in attributes
            .iter()
            .filter(|each| each.path().is_ident("derive"))
        {
            let _ = attribute.parse_nested_meta(|meta| {
                if let Some(last) = meta.path.segments.last() {
                    self.add(owner, &format!("{owner}: impl {}", last.ident));
                }
                Ok(())
            });
        }
    }

    fn fields(&mut self, owner: &str, fields: &Fields, all: bool) {
        for (place, field) in fields.iter().enumerate() {
            if all || is_public(&field.vis) {
                let name = field
                    .ident
                    .as_ref()
                    .map_or_else(|| place.to_string(), ToString::to_string);
                self.add(&name, &format!("{owner}.{name}: {}", text(&field.ty)));
            }
        }
    }

    /// Methods and traits of the types that are shown, wherever they are written.
    fn implementations(&mut self, modules: &Modules) {
        let of_crate: BTreeSet<String> = modules
            .values()
            .flatten()
            .filter_map(|item| match item {
                Item::Trait(item) => Some(item.ident.to_string()),
                _ => None,
            })
            .collect();
        for item in modules.values().flatten() {
            let Item::Impl(written) = item else { continue };
            let syn::Type::Path(owner) = &*written.self_ty else {
                continue;
            };
            let Some(owner) = owner
                .path
                .segments
                .last()
                .map(|last| last.ident.to_string())
            else {
                continue;
            };
            if is_for_tests(&written.attrs) || !self.types.contains(&owner) {
                continue;
            }
            match &written.trait_ {
                Some((_, path, _)) => {
                    let last = path.segments.last();
                    // A trait that nobody outside can name is nobody's affair.
                    if last.is_some_and(|last| {
                        last.ident != "Drop" && !of_crate.contains(&last.ident.to_string())
                    }) {
                        let last = last.map(text).unwrap_or_default();
                        self.add(&owner, &format!("{owner}: impl {last}"));
                    }
                }
                None => self.methods(&owner, written),
            }
        }
    }

    fn methods(&mut self, owner: &str, written: &ItemImpl) {
        for item in &written.items {
            match item {
                ImplItem::Fn(method) if is_public(&method.vis) && !is_hidden(&method.attrs) => {
                    let line = signature(&method.sig.ident.to_string(), &method.sig);
                    self.add(&method.sig.ident, &format!("{owner}: {line}"));
                }
                ImplItem::Const(constant) if is_public(&constant.vis) => {
                    let line = format!("{owner}: const {}: {}", constant.ident, text(&constant.ty));
                    self.add(&constant.ident, &line);
                }
                _ => {}
            }
        }
    }
}

/// A function without the names of what it takes, which nobody relies on.
fn signature(name: &str, of: &Signature) -> String {
    let given: Vec<String> = of
        .inputs
        .iter()
        .map(|argument| match argument {
            FnArg::Receiver(receiver) => text(receiver),
            FnArg::Typed(typed) => text(&typed.ty),
        })
        .collect();
    let returned = match &of.output {
        ReturnType::Default => String::new(),
        ReturnType::Type(_, returned) => format!(" -> {}", text(returned)),
    };
    let kept = of.constness.map_or("", |_| "const ");
    let bounds = of
        .generics
        .where_clause
        .as_ref()
        .map(text)
        .unwrap_or_default();
    let line = format!(
        "{kept}fn {name}{}({}){returned} {bounds}",
        text(&of.generics),
        given.join(", ")
    );
    line.trim_end().to_owned()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|each| each.path().is_ident("doc") && text(each).contains("hidden"))
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|each| each.path().is_ident("cfg") && text(each).contains("test"))
}

fn is_non_exhaustive(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|each| each.path().is_ident("non_exhaustive"))
}

/// A part of the source on one line, spaced as people space it.
fn text(part: impl ToTokens) -> String {
    let mut line = part.to_token_stream().to_string();
    for (spaced, plain) in [
        (" ::", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
        (" :", ":"),
        ("( ", "("),
        (" )", ")"),
        ("[ ", "["),
        (" ]", "]"),
        ("' ", "'"),
    ] {
        line = line.replace(spaced, plain);
    }
    line
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use std::fs;

    use super::names;

    #[test]
    fn what_a_crate_shows_is_listed_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("public-names-{}", std::process::id()));
        fs::create_dir_all(folder.join("inside")).expect("a folder");
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("a file");
        write(
            "lib.rs",
            "mod inside;\nmod other;\npub use inside::{Kind, Shown as Known, act};\n",
        );
        write(
            "inside/mod.rs",
            "mod deep;\npub use deep::act;\n#[derive(Clone)]\npub struct Shown { pub a: Vec<u8>, b: u8 }\n\
             impl Shown { pub fn new(a: &str) -> Result<Shown, ()> { todo!() } fn own(&self) {} }\n\
             #[non_exhaustive]\npub enum Kind { One, Two(u8) }\npub struct Unseen;\n",
        );
        write(
            "inside/deep.rs",
            "pub fn act<T: Into<u8>>(value: T, more: Option<&str>) {}\n",
        );
        write(
            "other.rs",
            "trait Own {}\nimpl Own for Kind {}\nimpl Default for Kind { fn default() -> Kind { Kind::One } }\n\
             #[cfg(test)]\nimpl Kind { pub fn tested() {} }\n",
        );
        let found = names(&folder).expect("names");
        fs::remove_dir_all(&folder).expect("it is gone");
        let found: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(
            found,
            [
                "Rust: Kind: impl Default",
                "Rust: Kind::One",
                "Rust: Kind::Two",
                "Rust: Kind::Two.0: u8",
                "Rust: Known.a: Vec<u8>",
                "Rust: Known: impl Clone",
                "Rust: Shown: fn new(&str) -> Result<Shown, ()>",
                "Rust: fn act<T: Into<u8>>(T, Option<&str>)",
                "Rust: non-exhaustive enum Kind",
                "Rust: struct Known",
            ]
        );
    }
}
