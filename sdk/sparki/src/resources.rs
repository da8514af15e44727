//! What can be done with the objects of one type.

use std::fmt;
use std::marker::PhantomData;

use sparki_core::{Diagnostic, Diagnostics, Dynamic, Erased, Import, List, Model, Plan, Preflight};
use sparki_reconcile::{Action, Change, Engine};

use crate::{Error, Managed};

/// The objects of one type.
pub struct Resources<R: Plan + Import> {
    engine: Engine,
    resource: Erased<R>,
}

/// What will be done to one object. Print it, and hand it to [`Resources::apply`].
#[derive(Clone, Debug)]
pub struct Planned<R> {
    change: Change,
    text: String,
    of: PhantomData<fn() -> R>,
}

impl<R> Planned<R> {
    /// What will be done.
    #[must_use]
    pub fn action(&self) -> Action {
        self.change.action()
    }
}

impl<R> fmt::Display for Planned<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<R: Plan + Import + List> Resources<R> {
    /// Finds every object that passes the filter, in an order that stays the same.
    ///
    /// # Errors
    /// [`Error`] if the filter is not acceptable, or the remote cannot be asked.
    ///
    /// # Example
    ///
    /// ```no_run
    /// use sparki::{PipelineFilter, Sparki};
    ///
    /// # async fn example(sparki: Sparki) -> Result<(), sparki::Error> {
    /// for pipeline in sparki.pipelines().list(PipelineFilter::new().project("acme/web")).await? {
    ///     println!("{:?} runs {:?} steps", pipeline.name, pipeline.steps_count);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn list(&self, filter: R::Filter) -> Result<Vec<Managed<R>>, Error> {
        self.list_up_to(filter, None).await
    }

    /// Finds the first objects that pass the filter, and asks for no more than these.
    ///
    /// # Errors
    /// [`Error`] if the filter is not acceptable, or the remote cannot be asked.
    pub async fn list_first(&self, limit: u64, filter: R::Filter) -> Result<Vec<Managed<R>>, Error> {
        self.list_up_to(filter, Some(limit)).await
    }

    async fn list_up_to(&self, filter: R::Filter, limit: Option<u64>) -> Result<Vec<Managed<R>>, Error> {
        let resource = Erased::<R>::importable().listable();
        let found = self.engine.list(&resource, &Model::encode(&filter), limit).await?;
        found.into_iter().map(Managed::new).collect()
    }
}

impl<R: Plan + Import + Preflight> Resources<R> {
    /// Asks the remote what stands in the way of a plan before it is carried out, as the Terraform provider does while it
    /// plans: versions that are not supported, quotas that are used up, addresses that overlap. What is found are warnings;
    /// whatever [`Resources::apply`] would fail of is the error. Nothing is changed, and nobody has to ask before applying.
    ///
    /// What the checks are for is set with how to reach the remote, such as `preflight` and `cost_warning_usd` of AWS.
    ///
    /// # Errors
    /// [`Error`] with everything that was found, if the remote would refuse the plan.
    ///
    /// # Example
    ///
    /// ```no_run
    /// # #[cfg(feature = "aws")]
    /// # async fn example(sparki: sparki::Sparki) -> Result<(), sparki::Error> {
    /// use sparki::aws::VpcModel;
    ///
    /// let change = sparki.vpcs().plan(VpcModel::new("shop", "10.0.0.0/16"), None)?;
    /// for warning in sparki.vpcs().check(&change).await? {
    ///     eprintln!("{warning}");
    /// }
    /// sparki.vpcs().apply(change).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn check(&self, planned: &Planned<R>) -> Result<Diagnostics, Error> {
        let resource = Erased::<R>::importable().preflighted();
        let found = self.engine.check(&resource, &planned.change).await;
        if found.has_errors() { Err(found.into()) } else { Ok(found) }
    }
}

impl<R: Plan + Import> Resources<R> {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, resource: Erased::importable() }
    }

    /// Plans what takes an object from what exists to what is wanted. Nothing is asked of a remote.
    ///
    /// # Errors
    /// [`Error`] if what is wanted is not acceptable.
    pub fn plan(&self, wanted: R::Model, existing: Option<&Managed<R>>) -> Result<Planned<R>, Error> {
        self.planned(Model::encode(&wanted), existing)
    }

    /// Plans the removal of an object.
    ///
    /// # Errors
    /// [`Error`] if the object is protected.
    pub fn plan_delete(&self, existing: &Managed<R>) -> Result<Planned<R>, Error> {
        self.planned(Dynamic::Null, Some(existing))
    }

    /// Carries out a plan; `None` if the object is gone afterwards.
    ///
    /// # Errors
    /// [`Error`], which holds what exists all the same.
    pub async fn apply(&self, planned: Planned<R>) -> Result<Option<Managed<R>>, Error> {
        let applied = self.engine.apply(&self.resource, planned.change).await?;
        applied.map(Managed::new).transpose()
    }

    /// Makes an object.
    ///
    /// # Errors
    /// [`Error`] if what is wanted is not acceptable, or the remote refuses it.
    pub async fn create(&self, wanted: R::Model) -> Result<Managed<R>, Error> {
        let planned = self.plan(wanted, None)?;
        self.apply(planned).await?.ok_or_else(gone::<R>)
    }

    /// Changes an object in place.
    ///
    /// # Errors
    /// [`Error`] if the change needs a new object: plan and apply it, so that nothing is replaced by accident.
    pub async fn update(&self, existing: &Managed<R>, wanted: R::Model) -> Result<Managed<R>, Error> {
        let planned = self.plan(wanted, Some(existing))?;
        if planned.action() == Action::Replace {
            let text =
                format!("The change needs a new object. Use plan and apply to replace this one:\n{planned}");
            return Err(Diagnostics::from(Diagnostic::error("Update would replace the object", text)).into());
        }
        self.apply(planned).await?.ok_or_else(gone::<R>)
    }

    /// Looks at an object again; `None` if it does not exist any more.
    ///
    /// # Errors
    /// [`Error`] if the remote cannot be asked.
    pub async fn read(&self, existing: &Managed<R>) -> Result<Option<Managed<R>>, Error> {
        let found = self.engine.refresh(&self.resource, &existing.object).await?;
        found.map(Managed::new).transpose()
    }

    /// Finds an object by its id or its path, such as `acme/web`.
    ///
    /// # Errors
    /// [`Error`] if there is none.
    pub async fn find(&self, id: &str) -> Result<Managed<R>, Error> {
        Managed::new(self.engine.find(&self.resource, id).await?)
    }

    /// Removes an object. One that is gone already is no error.
    ///
    /// # Errors
    /// [`Error`] if the object is protected, or the remote refuses.
    pub async fn delete(&self, existing: &Managed<R>) -> Result<(), Error> {
        let planned = self.plan_delete(existing)?;
        self.apply(planned).await.map(|_| ())
    }

    fn planned(&self, wanted: Dynamic, existing: Option<&Managed<R>>) -> Result<Planned<R>, Error> {
        let change = self.engine.plan(&self.resource, wanted, existing.map(|existing| &existing.object))?;
        let text = change.render(&self.resource, R::TYPE_NAME);
        Ok(Planned { change, text, of: PhantomData })
    }
}

fn gone<R: Plan>() -> Error {
    let text = format!("The {} does not exist after the operation.", R::TYPE_NAME);
    Diagnostics::from(Diagnostic::error("Object not found", text)).into()
}
