//! Ids and import ids: a region and the names within it.

use sparki_aws::{Aws, Region};
use sparki_core::{RemoteError, RemoteErrorKind, import_form_error};

/// Where an object is: `<region>/<name>...`, or without the region if it is the provider's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportId<const NAMES: usize> {
    region: Option<Region>,
    pub(crate) names: [String; NAMES],
}

impl<const NAMES: usize> ImportId<NAMES> {
    /// Reads an id; the error lists the accepted forms.
    pub(crate) fn parse(id: &str, forms: &[(&str, &str)]) -> Result<Self, RemoteError> {
        Self::read(id).ok_or_else(|| {
            let error = import_form_error(id, forms);
            RemoteError::new(RemoteErrorKind::Invalid, "invalid import id").with_detail(error.detail)
        })
    }

    fn read(id: &str) -> Option<Self> {
        let mut parts: Vec<_> = id.split('/').collect();
        let region = if parts.len() == NAMES + 1 { Some(parts.remove(0).parse().ok()?) } else { None };
        let is_name = |name: &&str| !name.is_empty() && !name.contains(char::is_whitespace);
        let names: [&str; NAMES] = parts.try_into().ok()?;
        names.iter().all(is_name).then(|| Self { region, names: names.map(str::to_owned) })
    }

    /// The region, which is the provider's where the id names none.
    pub(crate) async fn region(&self, aws: &Aws) -> Result<Region, RemoteError> {
        match &self.region {
            Some(region) => Ok(region.clone()),
            None => aws.default_region().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check<const NAMES: usize>(id: &str) -> Option<(Option<String>, Vec<String>)> {
        let id = ImportId::<NAMES>::read(id)?;
        Some((id.region.map(|region| region.to_string()), id.names.to_vec()))
    }

    #[test]
    fn an_id_has_all_names_and_perhaps_a_region() {
        assert_eq!(check::<1>("main"), Some((None, vec!["main".into()])));
        assert_eq!(check::<1>("us-east-1/main"), Some((Some("us-east-1".into()), vec!["main".into()])));
        assert_eq!(check::<2>("main/workers"), Some((None, vec!["main".into(), "workers".into()])));
        for id in ["", "/main", "us-east-1/", "us-east-1/main/workers", "nowhere/main"] {
            assert_eq!(check::<1>(id), None, "{id}");
        }
    }

    /// What is accepted has the documented parts, and nothing of it is lost.
    fn check_parts<const NAMES: usize>(id: &str) {
        let Some((region, names)) = check::<NAMES>(id) else { return };
        assert_eq!(names.len(), NAMES);
        assert!(names.iter().all(|name| !name.is_empty() && !name.contains(char::is_whitespace)));
        let parts: Vec<_> = region.into_iter().chain(names).collect();
        assert_eq!(parts.join("/"), id);
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_has_the_documented_parts(id in "\\PC{0,40}|([a-z0-9-]{0,3}/|us-east-1/| ){0,4}[a-z ]{0,3}") {
            check_parts::<1>(&id);
            check_parts::<2>(&id);
        }
    }
}
