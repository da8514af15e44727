//! Where an object is.

/// Where one object is, and which others are like it.
///
/// # Example
///
/// ```
/// use sparki_client::Locator;
///
/// let pipeline = Locator::new("/pipelines", "pipeline", "0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e")
///     .under("project_id", "0190b5c4-8f0e-7c3a-9d6e-0a0b0c0d0e0f");
/// assert_eq!(pipeline.id(), "0190b5c4-8f0e-7c3a-9d6e-1f2a3b4c5d6e");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Locator<'a> {
    pub(super) collection: &'static str,
    pub(super) kind: &'static str,
    pub(super) id: &'a str,
    pub(super) parent: Option<Parent<'a>>,
}

/// What an object belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parent<'a> {
    /// The field of the object that names it, by which a list can be filtered.
    pub(super) field: &'static str,
    pub(super) id: &'a str,
}

impl<'a> Locator<'a> {
    /// Names an object: its collection, such as `/deployment-targets`, its kind as batch reads name it, such as
    /// `deployment_target`, and its id.
    #[must_use]
    pub fn new(collection: &'static str, kind: &'static str, id: &'a str) -> Self {
        Self { collection, kind, id, parent: None }
    }

    /// Says which object it belongs to, by the field that holds the parent's id and that lists can be filtered by.
    #[must_use]
    pub fn under(mut self, field: &'static str, id: &'a str) -> Self {
        self.parent = Some(Parent { field, id });
        self
    }

    /// Returns the id of the object.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.id
    }
}
