//! Reads the description out of `src/ffi/` and `src/status.rs`.

use std::collections::BTreeMap;
use std::path::Path;

use syn::{Item, Type};

use super::description::{
    Constant, Description, Field, Function, Group, Handle, Kind, Parameter, Status, Structure,
};
use super::words::{documentation, split_zero, upper};
use crate::workspace::{files_with_ending, root};

/// What the source says now.
pub(super) fn description() -> Result<Description, String> {
    let mut items = Vec::new();
    let ffi = root().join("src/ffi");
    let mut files = files_with_ending(".rs")?;
    files.sort();
    for file in files.iter().filter(|file| file.starts_with(&ffi)) {
        items.extend(parse(file)?.items);
    }
    let statuses = statuses(&parse(&root().join("src/status.rs"))?.items)?;
    let groups = groups(&parse(&root().join("src/failure_kind.rs"))?.items)?;
    let constants = constants(&items);
    let abi = constants
        .iter()
        .find(|constant| constant.name == "GRAPH_INVALIDATE_ABI_VERSION")
        .map(|constant| constant.value)
        .ok_or("src/ffi has no GRAPH_INVALIDATE_ABI_VERSION")?;
    let functions = functions(&items)?;
    let handles = handles(&items, &functions)?;
    let structures = in_order(structures(&items)?)?;
    Ok(Description {
        abi,
        constants,
        groups,
        statuses,
        handles,
        structures,
        functions,
    })
}

fn parse(file: &Path) -> Result<syn::File, String> {
    let shown = file.display();
    let source = std::fs::read_to_string(file)
        .map_err(|error| format!("{shown} cannot be read: {error}"))?;
    syn::parse_file(&source).map_err(|error| format!("{shown}: {error}"))
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

fn constants(items: &[Item]) -> Vec<Constant> {
    let mut found: Vec<Constant> = items
        .iter()
        .filter_map(|item| match item {
            Item::Const(constant) if is_public(&constant.vis) => match &*constant.expr {
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Int(number),
                    ..
                }) => Some(Constant {
                    name: constant.ident.to_string(),
                    value: number.base10_parse().ok()?,
                    doc: flowing(&constant.attrs),
                }),
                _ => None,
            },
            _ => None,
        })
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    found
}

fn statuses(items: &[Item]) -> Result<Vec<Status>, String> {
    let names = status_names(items);
    members(items, "Status")?
        .iter()
        .map(|member| {
            let variant = member.ident.to_string();
            let number = number_of(member)?;
            Ok(Status {
                constant: format!("GRAPH_STATUS_{}", upper(&variant)),
                number,
                group: number / 100 * 100,
                name: names
                    .get(&variant)
                    .cloned()
                    .ok_or_else(|| format!("Status::{variant} has no name"))?,
                doc: flowing(&member.attrs),
            })
        })
        .collect()
}

fn groups(items: &[Item]) -> Result<Vec<Group>, String> {
    members(items, "FailureKind")?
        .iter()
        .map(|member| {
            Ok(Group {
                number: number_of(member)?,
                name: upper(&member.ident.to_string()).to_lowercase(),
                doc: flowing(&member.attrs),
            })
        })
        .collect()
}

/// The members of the enum of this name.
fn members<'a>(items: &'a [Item], name: &str) -> Result<Vec<&'a syn::Variant>, String> {
    let found = items.iter().find_map(|item| match item {
        Item::Enum(members) if members.ident == name => Some(members),
        _ => None,
    });
    let found = found.ok_or_else(|| format!("there is no enum {name}"))?;
    Ok(found.variants.iter().collect())
}

fn number_of(member: &syn::Variant) -> Result<i32, String> {
    match &member.discriminant {
        Some((
            _,
            syn::Expr::Lit(syn::ExprLit {
                lit: syn::Lit::Int(number),
                ..
            }),
        )) => number.base10_parse().map_err(|error| error.to_string()),
        _ => Err(format!("{} has no number", member.ident)),
    }
}

/// The arms of `Status::c_name`.
fn status_names(items: &[Item]) -> BTreeMap<String, String> {
    let methods = items.iter().filter_map(|item| match item {
        Item::Impl(block) => Some(&block.items),
        _ => None,
    });
    let arms = methods.flatten().filter_map(|method| match method {
        syn::ImplItem::Fn(method) if method.sig.ident == "c_name" => method
            .block
            .stmts
            .iter()
            .find_map(|statement| match statement {
                syn::Stmt::Expr(syn::Expr::Match(chosen), _) => Some(&chosen.arms),
                _ => None,
            }),
        _ => None,
    });
    arms.flatten()
        .filter_map(|arm| match (&arm.pat, &*arm.body) {
            (
                syn::Pat::Path(path),
                syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::CStr(name),
                    ..
                }),
            ) => Some((
                path.path.segments.last()?.ident.to_string(),
                name.value().to_str().ok()?.to_owned(),
            )),
            _ => None,
        })
        .collect()
}

fn functions(items: &[Item]) -> Result<Vec<Function>, String> {
    let mut found = Vec::new();
    for item in items {
        let Item::Fn(function) = item else { continue };
        if !is_public(&function.vis) || function.sig.abi.is_none() {
            continue;
        }
        let name = function.sig.ident.to_string();
        let result = match &function.sig.output {
            syn::ReturnType::Default => "void".to_owned(),
            syn::ReturnType::Type(_, result) => c_type(result)?,
        };
        let mut parameters = Vec::new();
        for input in &function.sig.inputs {
            let syn::FnArg::Typed(input) = input else {
                return Err(format!("{name} takes self"));
            };
            let syn::Pat::Ident(pattern) = &*input.pat else {
                return Err(format!("a parameter of {name} has no name"));
            };
            parameters.push(Parameter {
                name: pattern.ident.to_string(),
                c_type: c_type(&input.ty)?,
            });
        }
        found.push(Function {
            name,
            result,
            parameters,
            doc: documentation(&function.attrs),
        });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

fn handles(items: &[Item], functions: &[Function]) -> Result<Vec<Handle>, String> {
    public_structures(items)
        .filter(|structure| structure.fields.iter().any(is_private))
        .map(|structure| {
            let name = structure.ident.to_string();
            let free = format!("{name}_free");
            if !functions.iter().any(|function| function.name == free) {
                return Err(format!("there is no {free}()"));
            }
            Ok(Handle {
                name,
                free,
                doc: flowing(&structure.attrs),
            })
        })
        .collect()
}

fn public_structures(items: &[Item]) -> impl Iterator<Item = &syn::ItemStruct> {
    items.iter().filter_map(|item| match item {
        Item::Struct(structure) if is_public(&structure.vis) => Some(structure),
        _ => None,
    })
}

fn is_private(field: &syn::Field) -> bool {
    field.ident.as_ref().is_some_and(|name| name == "_private")
}

fn structures(items: &[Item]) -> Result<Vec<Structure>, String> {
    public_structures(items)
        .filter(|structure| !structure.fields.iter().any(is_private))
        .map(|structure| {
            let fields: Vec<&syn::Field> = structure.fields.iter().collect();
            let names: Vec<String> = fields
                .iter()
                .filter_map(|field| field.ident.as_ref().map(ToString::to_string))
                .collect();
            let fields = fields
                .iter()
                .zip(&names)
                .map(|(field, name)| field_of(field, name, &names));
            Ok(Structure {
                name: structure.ident.to_string(),
                doc: flowing(&structure.attrs),
                fields: fields.collect::<Result<_, String>>()?,
            })
        })
        .collect()
}

fn field_of(field: &syn::Field, name: &str, all: &[String]) -> Result<Field, String> {
    let c_type = c_type(&field.ty)?;
    let documentation = documentation(&field.attrs);
    let stated = stated_kind(&field.attrs)?;
    let kind = match stated {
        Some(kind) => kind,
        None => kind_of(name, &c_type, &documentation, all)
            .ok_or_else(|| format!("{name}: {c_type} is of no kind that is known"))?,
    };
    let public = match kind {
        Kind::Size | Kind::Reserved | Kind::Length | Kind::Protocol => None,
        Kind::DurationMs => Some(name.trim_end_matches("_ms").to_owned()),
        _ => Some(name.to_owned()),
    };
    let (doc, zero) = split_zero(&documentation);
    Ok(Field {
        name: name.to_owned(),
        c_type,
        kind,
        public,
        doc,
        zero,
    })
}

/// The kind that `#[cfg_attr(any(), binding(kind = "…"))]` states, where the type alone does not tell it.
fn stated_kind(attributes: &[syn::Attribute]) -> Result<Option<Kind>, String> {
    let mut stated = None;
    for attribute in attributes {
        let syn::Meta::List(list) = &attribute.meta else {
            continue;
        };
        let text: String = list.tokens.to_string().split_whitespace().collect();
        if !list.path.is_ident("cfg_attr") || !text.starts_with("any(),binding(") {
            continue;
        }
        let kind = text.split('"').nth(1).unwrap_or_default();
        stated = Some(match kind {
            "secret" => Kind::Secret,
            "path" => Kind::Path,
            "time" => Kind::Time,
            "duration_s" => Kind::DurationS,
            "status" => Kind::Status,
            "protocol" => Kind::Protocol,
            other => return Err(format!("binding(kind = {other:?}) is not known")),
        });
    }
    Ok(stated)
}

fn kind_of(name: &str, c_type: &str, documentation: &str, all: &[String]) -> Option<Kind> {
    let has_length = all.contains(&format!("{name}_len"));
    Some(match c_type {
        "size_t" if name == "struct_size" => Kind::Size,
        "uint32_t" if name == "flags" || name == "reserved" => Kind::Reserved,
        "size_t" => Kind::Length,
        "char *" => Kind::Text,
        "char **" if has_length => Kind::Texts,
        "uint8_t *" if has_length => Kind::Bytes,
        "graph_header *" | "graph_variable *" if has_length => Kind::Pairs,
        other if other.starts_with("graph_") && has_length => Kind::Structures,
        other if other.starts_with("graph_") => Kind::Structure,
        "uint32_t" | "uint64_t" if name.ends_with("_ms") => Kind::DurationMs,
        "uint32_t" if documentation.starts_with("1: ") => Kind::Switch,
        "uint32_t" | "uint64_t" | "int32_t" => Kind::Number,
        "double" => Kind::Real,
        _ => return None,
    })
}

/// Each structure after those that it names.
fn in_order(mut waiting: Vec<Structure>) -> Result<Vec<Structure>, String> {
    waiting.sort_by(|one, other| one.name.cmp(&other.name));
    let mut ordered: Vec<Structure> = Vec::new();
    while !waiting.is_empty() {
        let names: Vec<String> = waiting
            .iter()
            .map(|structure| structure.name.clone())
            .collect();
        let ready = waiting.iter().position(|structure| {
            structure.fields.iter().all(|field| {
                let named = field.c_type.trim_end_matches([' ', '*']);
                named == structure.name || !names.iter().any(|name| name == named)
            })
        });
        match ready {
            Some(index) => ordered.push(waiting.remove(index)),
            None => return Err(format!("{} name one another", names.join(", "))),
        }
    }
    Ok(ordered)
}

/// A type as C spells it, without const.
fn c_type(written: &Type) -> Result<String, String> {
    match written {
        Type::Ptr(pointer) => {
            let target = c_type(&pointer.elem)?;
            let gap = if target.ends_with('*') { "" } else { " " };
            Ok(format!("{target}{gap}*"))
        }
        Type::Path(path) => {
            let name = path.path.segments.last().map(|last| last.ident.to_string());
            let name = name.unwrap_or_default();
            Ok(match name.as_str() {
                "c_char" => "char",
                "c_void" => "void",
                "usize" => "size_t",
                "u8" => "uint8_t",
                "u32" => "uint32_t",
                "u64" => "uint64_t",
                "i32" => "int32_t",
                "f64" => "double",
                other if other.starts_with("graph_") => other,
                other => return Err(format!("{other} has no spelling in C")),
            }
            .to_owned())
        }
        _ => Err("a type that C does not have".to_owned()),
    }
}

/// Documentation as one line of prose.
fn flowing(attributes: &[syn::Attribute]) -> String {
    documentation(attributes)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
