//! Finds the objects of a type.

use std::future::Future;
use std::marker::PhantomData;
use std::ops::ControlFlow;

use crate::{BoxFuture, Config, Ctx, Diagnostics, Dynamic, Model, Reconcile, RemoteError, State};

/// A resource type whose objects the remote can list.
pub trait List: Reconcile {
    /// What narrows the list down: the configuration of a `list` block.
    type Filter: Model;

    /// Checks a filter beyond what validators and rules of its model say. Values may be unknown.
    #[must_use]
    fn validate(filter: &Config<Self::Filter>) -> Diagnostics {
        let _ = filter;
        Diagnostics::new()
    }

    /// Offers every object that passes the filter, in an order that stays the same, until no more is wanted.
    ///
    /// Offer each as soon as it is known. Where [`Found::wants_objects`] says no, what makes up the identity will do.
    fn list(
        ctx: &Ctx<Self::Remote>,
        filter: Config<Self::Filter>,
        found: &mut Found<'_, Self::Model>,
    ) -> impl Future<Output = Result<(), RemoteError>> + Send;
}

/// Takes one thing after the other. Whoever sends should stop when told to.
pub trait Sink<T>: Send + Sync {
    /// Takes one more.
    fn send(&self, item: T) -> BoxFuture<'_, ControlFlow<()>>;
}

/// An object that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// What a person knows the object by.
    pub display_name: String,
    /// What identifies it.
    pub identity: Dynamic,
    /// All that is known of it, if that was asked for.
    pub object: Option<Dynamic>,
    /// Warnings about this object.
    pub diagnostics: Diagnostics,
}

/// How much is wanted of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How many objects at most; all if there is no limit.
    pub limit: Option<u64>,
    /// Whether the objects themselves are wanted, or what identifies them.
    pub objects: Objects,
}

/// What is wanted of each object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objects {
    /// All that is known of it.
    Whole,
    /// What identifies it.
    IdentityOnly,
}

/// Where a resource type puts the objects that it finds.
pub struct Found<'a, M> {
    sink: &'a dyn Sink<(String, Dynamic)>,
    wanted: Wanted,
    offered: u64,
    of: PhantomData<fn(M)>,
}

impl<'a, M: Model> Found<'a, M> {
    /// Passes on to `sink` what is wanted.
    #[must_use]
    pub fn new(sink: &'a dyn Sink<(String, Dynamic)>, wanted: Wanted) -> Self {
        Self { sink, wanted, offered: 0, of: PhantomData }
    }

    /// Whether more than the identity of each object is wanted.
    #[must_use]
    pub fn wants_objects(&self) -> bool {
        self.wanted.objects == Objects::Whole
    }

    /// How many more objects are wanted; all if there is no limit.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        self.wanted.limit.map(|limit| limit.saturating_sub(self.offered))
    }

    /// Offers an object under the name by which a person knows it. `Break` says that no more is wanted.
    pub async fn offer(&mut self, display_name: impl Into<String>, state: State<M>) -> ControlFlow<()> {
        if self.left() == Some(0) {
            return ControlFlow::Break(());
        }
        self.offered += 1;
        self.sink.send((display_name.into(), state.encode())).await?;
        if self.left() == Some(0) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
