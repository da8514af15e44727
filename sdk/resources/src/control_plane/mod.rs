//! What every object of the control plane has in common: how it is made, read, changed, removed and found.

mod identifier;
mod identity;
mod list;
mod locate;
mod object;
mod reconcile;
mod wire;

pub(crate) use identifier::is_id;
pub use identity::ObjectIdentity;
pub(crate) use list::{Conditions, list};
pub use locate::Named;
pub(crate) use locate::{
    DEPLOYMENT_TARGET, ENVIRONMENT, PIPELINE, PROJECT, Segment, Segments, WORKSPACE, find, locator, lookup,
};
pub(crate) use object::{Advice, Notice, Object};
pub(crate) use reconcile::{create, delete, import, read, update};
pub(crate) use wire::{creation_body, model, patch_body};

/// Implements `Reconcile` and `Import` for a type whose objects the control plane keeps.
macro_rules! on_control_plane {
    ($resource:ty, $model:ty, $forms:expr) => {
        impl ::sparki_core::Reconcile for $resource {
            type Remote = ::sparki_client::Client;

            async fn create(
                ctx: &::sparki_core::Ctx<Self::Remote>,
                planned: ::sparki_core::Planned<$model>,
            ) -> ::sparki_core::Applied<$model> {
                $crate::control_plane::create::<Self>(ctx, planned).await
            }

            async fn read(
                ctx: &::sparki_core::Ctx<Self::Remote>,
                prior: ::sparki_core::State<$model>,
            ) -> Result<Option<::sparki_core::State<$model>>, ::sparki_core::RemoteError> {
                $crate::control_plane::read::<Self>(ctx, prior).await
            }

            async fn update(
                ctx: &::sparki_core::Ctx<Self::Remote>,
                change: ::sparki_core::Change<$model>,
            ) -> ::sparki_core::Applied<$model> {
                $crate::control_plane::update::<Self>(ctx, change).await
            }

            async fn delete(
                ctx: &::sparki_core::Ctx<Self::Remote>,
                state: ::sparki_core::State<$model>,
            ) -> Result<(), ::sparki_core::RemoteError> {
                $crate::control_plane::delete::<Self>(ctx, state).await
            }
        }

        impl ::sparki_core::Import for $resource {
            const FORMS: &'static [(&'static str, &'static str)] = $forms;

            async fn import(
                ctx: &::sparki_core::Ctx<Self::Remote>,
                id: &str,
            ) -> Result<::sparki_core::State<$model>, ::sparki_core::RemoteError> {
                $crate::control_plane::import::<Self>(ctx, id).await
            }

            fn import_id(identity: &$crate::ObjectIdentity) -> String {
                identity.id.known().cloned().unwrap_or_default()
            }
        }

        impl ::sparki_core::Identity<$model> for $crate::ObjectIdentity {
            fn of(model: &$model) -> Self {
                Self { id: model.id.clone().map(|id| id.as_str().to_owned()) }
            }
        }
    };
}

pub(crate) use on_control_plane;
