//! What `include/graph_invalidate.json` holds: every fact of the C ABI that a language needs.

use serde::Serialize;

/// The whole ABI.
#[derive(Serialize)]
pub(super) struct Description {
    /// `GRAPH_INVALIDATE_ABI_VERSION`.
    pub(super) abi: u64,
    /// The numbers that are no status.
    pub(super) constants: Vec<Constant>,
    /// Every kind of failure: the hundreds of the statuses.
    pub(super) groups: Vec<Group>,
    /// Every status, by its number.
    pub(super) statuses: Vec<Status>,
    /// Every opaque type, and what frees it.
    pub(super) handles: Vec<Handle>,
    /// Every structure, each after those that it names.
    pub(super) structures: Vec<Structure>,
    /// Every function, by its name.
    pub(super) functions: Vec<Function>,
}

/// A `#define` of the header.
#[derive(Serialize)]
pub(super) struct Constant {
    pub(super) name: String,
    pub(super) value: u64,
    pub(super) doc: String,
}

/// A kind of failure: the statuses of one hundred.
#[derive(Serialize)]
pub(super) struct Group {
    pub(super) number: i32,
    /// `permission`.
    pub(super) name: String,
    pub(super) doc: String,
}

/// A member of `graph_status`.
#[derive(Serialize)]
pub(super) struct Status {
    /// `GRAPH_STATUS_USER_NOT_FOUND`.
    pub(super) constant: String,
    pub(super) number: i32,
    /// The hundred that says what kind of failure it is; 0: none.
    pub(super) group: i32,
    /// `user_not_found`, as outcomes and journals have it.
    pub(super) name: String,
    pub(super) doc: String,
}

/// An opaque type.
#[derive(Serialize)]
pub(super) struct Handle {
    pub(super) name: String,
    /// The function that frees it.
    pub(super) free: String,
    pub(super) doc: String,
}

/// A structure that crosses the boundary.
#[derive(Serialize)]
pub(super) struct Structure {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) fields: Vec<Field>,
}

/// A field of a structure.
#[derive(Serialize)]
pub(super) struct Field {
    pub(super) name: String,
    /// The type as C spells it, without const: `char *`.
    #[serde(rename = "type")]
    pub(super) c_type: String,
    /// What it is for a language: see [`Kind`].
    pub(super) kind: Kind,
    /// The name in languages that have durations and lists of their own: without `_ms`, without `_len`. Absent where
    /// the field is nobody's business but the boundary's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) public: Option<String>,
    /// What it is, without the sentence about its zero.
    pub(super) doc: String,
    /// What NULL or 0 means. Absent where nothing was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) zero: Option<String>,
}

/// What a field is for a language.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// The size of the structure.
    Size,
    /// Always 0.
    Reserved,
    /// The number of elements of the field before it.
    Length,
    /// A string.
    Text,
    /// A string that is shown nowhere.
    Secret,
    /// The name of a file.
    Path,
    /// A time, RFC 3339.
    Time,
    /// An array of strings.
    Texts,
    /// An array of bytes, shown nowhere.
    Bytes,
    /// An array of names with their values.
    Pairs,
    /// An array of structures.
    Structures,
    /// Another structure.
    Structure,
    /// Milliseconds.
    DurationMs,
    /// Seconds with a fraction.
    DurationS,
    /// 0 or 1.
    Switch,
    /// A whole number.
    Number,
    /// A number with a fraction.
    Real,
    /// A number of `graph_status`.
    Status,
    /// 0 or 1: what a binding and the library agree on, and no option of the language's.
    Protocol,
}

/// An exported function.
#[derive(Serialize)]
pub(super) struct Function {
    pub(super) name: String,
    /// The type of its result, as C spells it: `void` for none.
    pub(super) result: String,
    pub(super) parameters: Vec<Parameter>,
    pub(super) doc: String,
}

/// A parameter of a function.
#[derive(Serialize)]
pub(super) struct Parameter {
    pub(super) name: String,
    /// The type as C spells it, without const.
    #[serde(rename = "type")]
    pub(super) c_type: String,
}
