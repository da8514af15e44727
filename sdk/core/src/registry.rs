//! The list of what a provider offers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::action::ActionType;
use crate::data_source::DataSourceType;
use crate::ephemeral::EphemeralType;
use crate::function::FunctionType;
use crate::lookup::Lookup;
use crate::{
    Action, DataSource, Ephemeral, Erased, ErasedAction, ErasedDataSource, ErasedEphemeral, ErasedFunction,
    ErasedResource, Function, Import, Plan, Reconcile,
};

/// Everything that a provider offers, by name.
#[derive(Clone, Default)]
pub struct Registry {
    resources: BTreeMap<&'static str, Arc<dyn ErasedResource>>,
    data_sources: BTreeMap<&'static str, Arc<dyn ErasedDataSource>>,
    ephemerals: BTreeMap<&'static str, Arc<dyn ErasedEphemeral>>,
    actions: BTreeMap<&'static str, Arc<dyn ErasedAction>>,
    functions: BTreeMap<&'static str, Arc<dyn ErasedFunction>>,
}

impl Registry {
    /// An empty list.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            ephemerals: BTreeMap::new(),
            actions: BTreeMap::new(),
            functions: BTreeMap::new(),
        }
    }

    /// Adds a resource type with all that it is able to do. If it can be imported, the data source that finds one of its
    /// objects comes with it.
    ///
    /// # Panics
    /// If there is a type of that name.
    #[must_use]
    pub fn resource<R: Plan + Reconcile>(mut self, resource: Erased<R>) -> Self {
        let resource: Arc<dyn ErasedResource> = Arc::new(resource);
        let name = resource.type_name();
        if !resource.import_forms().is_empty() {
            add(&mut self.data_sources, name, Arc::new(Lookup::new(Arc::clone(&resource))));
        }
        add(&mut self.resources, name, resource);
        self
    }

    /// Adds a resource type that can be imported, and the data source that finds one of its objects.
    ///
    /// # Panics
    /// If there is a type of that name.
    #[must_use]
    pub fn importable<R: Plan + Import>(self) -> Self {
        self.resource(Erased::<R>::importable())
    }

    /// Adds a data source that is written by hand.
    ///
    /// # Panics
    /// If there is one of that name.
    #[must_use]
    pub fn data_source<D: DataSource>(mut self) -> Self {
        add(&mut self.data_sources, D::TYPE_NAME, Arc::new(DataSourceType::<D>::new()));
        self
    }

    /// Adds an ephemeral resource type.
    ///
    /// # Panics
    /// If there is one of that name.
    #[must_use]
    pub fn ephemeral<E: Ephemeral>(mut self) -> Self {
        add(&mut self.ephemerals, E::TYPE_NAME, Arc::new(EphemeralType::<E>::new()));
        self
    }

    /// Adds an action type.
    ///
    /// # Panics
    /// If there is one of that name.
    #[must_use]
    pub fn action<A: Action>(mut self) -> Self {
        add(&mut self.actions, A::TYPE_NAME, Arc::new(ActionType::<A>::new()));
        self
    }

    /// Adds a function.
    ///
    /// # Panics
    /// If there is one of that name.
    #[must_use]
    pub fn function<F: Function>(mut self) -> Self {
        add(&mut self.functions, F::NAME, Arc::new(FunctionType::<F>::new()));
        self
    }

    /// Everything of both lists.
    ///
    /// # Panics
    /// If both have something of the same kind and name.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        add_all(&mut self.resources, other.resources);
        add_all(&mut self.data_sources, other.data_sources);
        add_all(&mut self.ephemerals, other.ephemerals);
        add_all(&mut self.actions, other.actions);
        add_all(&mut self.functions, other.functions);
        self
    }

    /// The resource types by name.
    #[must_use]
    pub fn resources(&self) -> &BTreeMap<&'static str, Arc<dyn ErasedResource>> {
        &self.resources
    }

    /// The data sources by name.
    #[must_use]
    pub fn data_sources(&self) -> &BTreeMap<&'static str, Arc<dyn ErasedDataSource>> {
        &self.data_sources
    }

    /// The ephemeral resource types by name.
    #[must_use]
    pub fn ephemerals(&self) -> &BTreeMap<&'static str, Arc<dyn ErasedEphemeral>> {
        &self.ephemerals
    }

    /// The action types by name.
    #[must_use]
    pub fn actions(&self) -> &BTreeMap<&'static str, Arc<dyn ErasedAction>> {
        &self.actions
    }

    /// The functions by name.
    #[must_use]
    pub fn functions(&self) -> &BTreeMap<&'static str, Arc<dyn ErasedFunction>> {
        &self.functions
    }

    /// The resource types whose objects can be listed, by name.
    pub fn listable(&self) -> impl Iterator<Item = (&'static str, &Arc<dyn ErasedResource>)> {
        self.resources.iter().filter(|(_, it)| it.filter_schema().is_some()).map(|(name, it)| (*name, it))
    }
}

fn add<T: ?Sized>(list: &mut BTreeMap<&'static str, Arc<T>>, name: &'static str, one: Arc<T>) {
    assert!(list.insert(name, one).is_none(), "{name} is registered twice");
}

fn add_all<T: ?Sized>(list: &mut BTreeMap<&'static str, Arc<T>>, others: BTreeMap<&'static str, Arc<T>>) {
    others.into_iter().for_each(|(name, one)| add(list, name, one));
}
