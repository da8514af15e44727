//! What sets one kind of object apart from the others.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    auth::{Caller, Role},
    database::Connection,
    document::{Document, Fields},
    http::{problem::Problem, query::Query},
    object::{routes, schema::Shown, write::text_field},
    openapi::{Operation, Parameter, SchemaOf},
    vault::Vault,
};

/// Where objects of a kind are kept and which of their fields have a part in the common rules.
///
/// Field names double as column names; all of them are constants of this program, never input.
#[derive(Debug)]
pub(crate) struct Shape {
    /// Name in answers and in the audit log, such as `deployment_target`.
    pub(crate) kind: &'static str,
    /// Name in paths, such as `deployment-targets`.
    pub(crate) collection: &'static str,
    pub(crate) table: &'static str,
    /// The column that holds the id of the object's workspace.
    pub(crate) workspace_column: &'static str,
    /// The kinds it may belong to. Where there are several, exactly one of their fields is filled in.
    pub(crate) parents: &'static [Parent],
    /// The field that is unique within the parent: `slug` or `name`; `id` for kinds that have no name.
    pub(crate) key: &'static str,
    pub(crate) filters: &'static [&'static str],
    /// Fields that are chosen once.
    pub(crate) immutable: &'static [&'static str],
    /// Fields only the server writes, beyond the common ones.
    pub(crate) computed: &'static [&'static str],
    /// The kinds whose parent this may be.
    pub(crate) children: &'static [&'static Shape],
    pub(crate) roles: Roles,
}

impl Shape {
    /// The permission that something takes that is done with objects of this kind.
    pub(crate) fn permission(&self, action: &str) -> String {
        format!("{}:{action}", self.kind)
    }

    /// The column of the natural key.
    pub(crate) fn key_column(&self) -> &'static str {
        column(self.key)
    }
}

/// The column of a field that can be searched for. `version` is taken: each table counts the versions of its objects there.
pub(crate) fn column(field: &'static str) -> &'static str {
    match field {
        "version" => "version_name",
        _ => field,
    }
}

/// The kind an object belongs to, and the field that says to which.
#[derive(Debug)]
pub(crate) struct Parent {
    pub(crate) shape: &'static Shape,
    pub(crate) field: &'static str,
}

impl Shape {
    /// The parent that a document of this kind names.
    pub(crate) fn parent_of<'a>(&self, document: &'a Document) -> Option<(&'static Parent, ParentId<'a>)> {
        self.parents.iter().find_map(|parent| {
            let id = document.get(parent.field)?.as_str()?;
            Some((parent, ParentId { field: parent.field, id }))
        })
    }

    /// The field in which this kind names a parent of another kind.
    pub(crate) fn field_for(&self, parent: &Self) -> Option<&'static str> {
        self.parents.iter().find(|own| own.shape.kind == parent.kind).map(|own| own.field)
    }
}

/// The id of a parent, and the field it stands in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParentId<'a> {
    pub(crate) field: &'static str,
    pub(crate) id: &'a str,
}

/// The least of the built-in roles that may do each. All of them may read.
#[derive(Debug)]
pub(crate) struct Roles {
    pub(crate) create: Role,
    pub(crate) update: Role,
    pub(crate) delete: Role,
}

impl Roles {
    /// Below the workspace, members write.
    pub(crate) const MEMBERS: Self = Self::all(Role::Member);
    /// Members put it there, and admins take it away.
    pub(crate) const STOPS: Self = Self { create: Role::Member, update: Role::Member, delete: Role::Admin };
    /// Who is in the workspace and what they may do is for admins.
    pub(crate) const ADMINS: Self = Self::all(Role::Admin);

    const fn all(role: Role) -> Self {
        Self { create: role, update: role, delete: role }
    }
}

/// An object as it is being changed.
#[derive(Debug)]
pub(crate) struct Earlier<'a> {
    /// The object as stored.
    pub(crate) document: &'a Document,
    /// What the client wants changed.
    pub(crate) patch: &'a Document,
}

/// A kind of object, where all kinds are gone through.
pub(crate) struct Kind {
    pub(crate) shape: &'static Shape,
    pub(crate) operations: fn() -> Vec<Operation>,
    /// The schema of the object as it is answered.
    pub(crate) schema: SchemaOf,
}

impl Kind {
    pub(crate) const fn of<T: Object>() -> Self {
        Self {
            shape: T::SHAPE,
            operations: routes::operations::<T>,
            schema: |generator| generator.subschema_for::<Shown<T>>(),
        }
    }

    /// A kind that has other routes than the five.
    pub(crate) const fn with(self, operations: fn() -> Vec<Operation>) -> Self {
        Self { operations, ..self }
    }
}

/// Whom and what a rule is asked about.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) caller: &'a Caller,
    /// The workspace that the object is in.
    pub(crate) workspace_id: &'a str,
    pub(crate) id: &'a str,
    pub(crate) earlier: Option<&'a Document>,
    pub(crate) now: &'a str,
    pub(crate) vault: &'a Vault,
}

impl Subject<'_> {
    /// The time, as what is due later has to know it.
    pub(crate) fn time(&self) -> Timestamp {
        self.now.parse().expect("the server writes times that can be read")
    }

    /// The workspace of an object that is stored already; empty for one that is not.
    pub(crate) fn workspace_id(&self) -> &str {
        self.earlier.map(|document| text_field(document, "workspace_id")).unwrap_or_default()
    }
}

/// Whether deleting removes the object or sets it aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Archival {
    Delete,
    Archive,
}

/// A kind of object: what its body may be, and the rules that are its own.
pub(crate) trait Object: Serialize + JsonSchema + Send + Sync + 'static {
    const SHAPE: &'static Shape;

    /// Reads a whole body and fills in the defaults. Errors go to `fields`; what is returned then is not used.
    fn read(fields: &mut Fields<'_>, earlier: Option<&Earlier<'_>>) -> Self;

    /// Prepares the stored fields for a patch, where plain merging would not be what the patch means.
    fn before_merge(_current: &mut Document, _patch: &Document) {}

    /// Checks what takes the database to check, and settles what only the server decides.
    fn check(
        &mut self,
        _connection: &mut Connection,
        _subject: &Subject<'_>,
    ) -> impl Future<Output = Result<(), Problem>> + Send {
        async { Ok(()) }
    }

    /// Does what belongs to storing the object, after it was stored.
    fn stored(
        &self,
        _connection: &mut Connection,
        _subject: &Subject<'_>,
    ) -> impl Future<Output = Result<(), Problem>> + Send {
        async { Ok(()) }
    }

    /// The operation that goes on once the object is stored, if there is one: creating is then answered with 202.
    fn operation(&self) -> Option<String> {
        None
    }

    /// The parameters that [`Self::before_delete`] takes.
    fn delete_parameters() -> Vec<Parameter> {
        Vec::new()
    }

    /// Whether the object is the caller's own to delete, whatever their permissions.
    fn is_own(_document: &Document, _caller: &Caller) -> bool {
        false
    }

    /// The fields of [`Self::shown_once`], and what each is.
    const SHOWN_ONCE: &'static [(&'static str, &'static str)] = &[];

    /// Fields that are shown in the answer to creating the object and never again. They are stored nowhere, so a repeated
    /// request is answered without them.
    fn shown_once(&self) -> Document {
        Document::new()
    }

    /// Decides whether the object may be deleted, and how. Takes its own parameters from `query`.
    fn before_delete(
        connection: &mut Connection,
        subject: &Subject<'_>,
        query: &mut Query,
    ) -> impl Future<Output = Result<Archival, Problem>> + Send;
}
