//! Names that are held by objects which are protected from removal.

use std::collections::HashMap;

use sparki_aws::{Aws, Region, Tags};
use sparki_core::{Ctx, Diagnostic, Path};

/// Who keeps an object from being removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// The service of this name.
    Aws(&'static str),
    /// Sparki alone, which removes nothing whose state is protected.
    Sparki,
}

/// A protected object that has the name of one that is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<'a> {
    /// What it is: "cluster".
    pub(crate) what: &'a str,
    /// The attribute that names it, and its name.
    pub(crate) named: (&'a str, &'a str),
    pub(crate) region: &'a Region,
    pub(crate) tags: Option<&'a HashMap<String, String>>,
    pub(crate) keeper: Keeper,
}

impl Held<'_> {
    /// What there is to say about the plan to make an object of that name. Terraform plans the replacement of a tainted object as
    /// if there were none, so that the rules of removal are not asked. What a process that died has begun to make is in
    /// nobody's way: the next creation takes it up.
    pub(crate) fn told(self, ctx: &Ctx<Aws>) -> Option<Diagnostic> {
        if Tags::maker(self.tags).is_some_and(|attempt| ctx.is_begun(attempt)) {
            return None;
        }
        let Self { what, named: (attribute, name), region, keeper, .. } = self;
        let (protected, lift) = match keeper {
            Keeper::Aws(service) => {
                ("AWS protects it from removal", format!("lift its protection in {service}"))
            }
            Keeper::Sparki if !Tags::are_sparkis(self.tags) => return None,
            Keeper::Sparki => (
                "\"deletion_protection\" keeps it from being removed",
                "set \"deletion_protection\" to false, and protect the new one by a later apply".to_owned(),
            ),
        };
        let told = Diagnostic::error(
            format!("Name of a protected {what}"),
            format!(
                "There is a {what} {name:?} in {region} already, and {protected}. If an earlier run was interrupted and left it \
                 tainted, keep it with \"terraform untaint\". To replace it nevertheless, {lift}. If it is something else, choose \
                 another name, or import it."
            ),
        );
        Some(told.at(Path::attribute(attribute)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use sparki_aws::Nonce;
    use sparki_core::{Call, Intents, Private, Remotes};
    use tokio_util::sync::CancellationToken;

    use super::super::testing::{operation, region};
    use super::*;

    /// A creation under one key was begun and never ended.
    struct Open(&'static str);

    impl Intents for Open {
        fn begin(&self, fingerprint: &str) -> String {
            fingerprint.to_owned()
        }

        fn end(&self, _: &str) {}

        fn is_open(&self, key: &str) -> bool {
            key == self.0
        }
    }

    fn check(ctx: &Ctx<Aws>, keeper: Keeper, tags: Option<&HashMap<String, String>>) -> String {
        let region = region();
        let held = Held { what: "cluster", named: ("name", "main"), region: &region, tags, keeper };
        held.told(ctx).map(|told| told.detail).unwrap_or_default()
    }

    #[test]
    fn who_holds_the_name_decides_what_to_do() {
        let ctx = operation();
        let ours = Tags::new(&Default::default()).for_create(&Default::default(), &Nonce::new("n-1"));
        let ours: HashMap<_, _> = ours.into_iter().collect();
        let told = check(&ctx, Keeper::Aws("EKS"), None);
        assert!(told.contains("terraform untaint") && told.contains("lift its protection in EKS"), "{told}");
        let told = check(&ctx, Keeper::Sparki, Some(&ours));
        assert!(told.contains("set \"deletion_protection\" to false"), "{told}");
        // Sparki keeps nothing that is somebody else's.
        assert_eq!(check(&ctx, Keeper::Sparki, Some(&HashMap::new())), "");

        // What is to be taken up is in nobody's way.
        let call = Call::new(
            Arc::new(Remotes::new()),
            Private::default(),
            CancellationToken::new(),
            Arc::new(Open("n-1")),
        );
        let aws =
            Aws::new(sparki_aws::Settings { region: Some(region()), ..sparki_aws::Settings::default() });
        let ctx = Ctx::new(Arc::new(aws), call, Duration::from_secs(30));
        assert_eq!(check(&ctx, Keeper::Sparki, Some(&ours)), "");
        assert_eq!(check(&ctx, Keeper::Aws("EKS"), Some(&ours)), "");
    }
}
