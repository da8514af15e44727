//! The identity that a CI gives to its jobs, for the credential chain.

use std::fmt;
use std::path::PathBuf;

use sparki_core::Secret;

use crate::credentials::{ConfigError, Explicit, Source};
use crate::environment::Environment;
use crate::request::Request;

/// Whom a token is for, unless something else is set.
const AUDIENCE: &str = "sparki";

/// The identity of the CI at hand, exchanged for short-lived tokens of a service account that trusts it.
///
/// The CI is asked for its token anew at each exchange. Nothing secret has to be configured.
///
/// # Example
///
/// ```
/// use sparki_client::{Credential, Environment, Oidc};
///
/// let environment = Environment::of([("BUILDKITE", "true")]);
/// let oidc = Oidc::detect("acme/ci", &environment).expect("Buildkite is detected");
/// assert_eq!((oidc.ci(), oidc.service_account()), ("Buildkite", "acme/ci"));
/// let credential = Credential::Oidc(oidc);
/// ```
#[derive(Clone)]
pub struct Oidc {
    service_account: String,
    audience: String,
    pub(crate) source: IdentitySource,
}

/// Where the CI's token comes from.
#[derive(Clone)]
pub(crate) enum IdentitySource {
    /// A variable holds it.
    Variable { ci: &'static str, token: Secret<String> },
    /// A service of GitHub Actions gives it to whoever shows the job's own token.
    GitHub { url: String, bearer: Secret<String> },
    /// A command of the Buildkite agent prints it. The program is looked for on this `PATH`.
    Buildkite { path: Option<String> },
    /// Something keeps it fresh in a file, such as the projected volume of a pod.
    File { file: PathBuf },
    /// EKS keeps it fresh in a file for the roles of IAM. It is used only if it is for the audience.
    Eks { file: PathBuf },
}

impl Oidc {
    /// Detects the CI by its environment variables. `service_account` is a slug path such as `acme/ci`. The audience
    /// is `SPARKI_OIDC_AUDIENCE`, else `sparki`.
    ///
    /// The first of these that can give a token is taken: `SPARKI_ID_TOKEN` (GitLab writes it for `id_tokens:`),
    /// `SPARKI_ID_TOKEN_FILE` (a token that is projected into a pod, for this audience), GitHub Actions, Buildkite, HCP
    /// Terraform, and `AWS_WEB_IDENTITY_TOKEN_FILE` of EKS. The last one is for `sts.amazonaws.com` unless its `aud` says
    /// otherwise, and is not shown to anybody whom it is not for.
    ///
    /// # Errors
    ///
    /// Fails when there is none; the error says which CI was detected and what to set.
    pub fn detect(
        service_account: impl Into<String>,
        environment: &Environment,
    ) -> Result<Self, ConfigError> {
        match detect(environment) {
            Ok(source) => {
                Ok(Self { service_account: service_account.into(), audience: audience(environment), source })
            }
            Err(reason) => Err(ConfigError::NoIdentity { reason }),
        }
    }

    /// Asks the CI for a token for somebody else, where the service account trusts another audience.
    #[must_use]
    pub fn for_audience(self, audience: impl Into<String>) -> Self {
        Self { audience: audience.into(), ..self }
    }

    /// Returns the name of the CI.
    #[must_use]
    pub fn ci(&self) -> &'static str {
        self.source.ci()
    }

    /// Returns the slug path of the service account.
    #[must_use]
    pub fn service_account(&self) -> &str {
        &self.service_account
    }

    /// Returns whom the CI's token is for.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// What is known of secrets before the CI is asked.
    pub(crate) fn secret(&self) -> Option<&str> {
        match &self.source {
            IdentitySource::Variable { token: secret, .. }
            | IdentitySource::GitHub { bearer: secret, .. } => Some(secret.expose()),
            IdentitySource::Buildkite { .. } | IdentitySource::File { .. } | IdentitySource::Eks { .. } => {
                None
            }
        }
    }

    /// The exchange of RFC 8693.
    pub(crate) fn exchange(&self, subject_token: &Secret<String>) -> Request {
        // Asking for a second token does no harm, so it may be repeated.
        Request::post("/auth/token").read_only().form(&[
            ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("subject_token", subject_token.expose()),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
            ("audience", &self.audience),
            ("service_account", &self.service_account),
        ])
    }

    /// What is being done, for errors.
    pub(crate) fn errand(&self) -> String {
        format!(
            "exchange the identity of {} (audience {:?}) for an access token of {}",
            self.ci(),
            self.audience,
            self.service_account
        )
    }
}

impl IdentitySource {
    fn ci(&self) -> &'static str {
        match self {
            Self::Variable { ci, .. } => ci,
            Self::GitHub { .. } => "GitHub Actions",
            Self::Buildkite { .. } => "Buildkite",
            Self::File { .. } => "SPARKI_ID_TOKEN_FILE",
            Self::Eks { .. } => "EKS",
        }
    }
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("ci", &self.ci())
            .field("service_account", &self.service_account)
            .field("audience", &self.audience)
            .finish_non_exhaustive()
    }
}

/// The CI as one source of credentials among others: it holds one only if a service account is named too.
pub(crate) fn source(explicit: &Explicit, environment: &Environment) -> Source {
    let service_account =
        explicit.service_account.clone().or_else(|| environment.read("SPARKI_SERVICE_ACCOUNT"));
    let (oidc, absence) = match (service_account, detect(environment)) {
        (Some(service_account), Ok(source)) => {
            let audience = explicit.oidc_audience.clone().unwrap_or_else(|| audience(environment));
            (Some(Oidc { service_account, audience, source }), String::new())
        }
        (Some(_), Err(reason)) => (None, reason),
        (None, Ok(source)) => {
            let unnamed = format!(
                "{} is detected, but no service account is named; set SPARKI_SERVICE_ACCOUNT to its path, such as \
                 acme/ci",
                source.ci()
            );
            (None, unnamed)
        }
        (None, Err(reason)) => {
            (None, format!("no service account is named (SPARKI_SERVICE_ACCOUNT), and {reason}"))
        }
    };
    Source { origin: "the identity of the CI".to_owned(), absence, oidc, ..Source::default() }
}

fn audience(environment: &Environment) -> String {
    environment.read("SPARKI_OIDC_AUDIENCE").unwrap_or_else(|| AUDIENCE.to_owned())
}

/// Finds the CI, or says why there is none that gives tokens.
fn detect(environment: &Environment) -> Result<IdentitySource, String> {
    let variable = |name: &str| environment.read(name);
    let is_set = |name: &str| environment.read(name).is_some();
    let mut unusable = Vec::new();

    if let Some(token) = variable("SPARKI_ID_TOKEN") {
        let ci = if is_set("GITLAB_CI") { "GitLab" } else { "SPARKI_ID_TOKEN" };
        return Ok(IdentitySource::Variable { ci, token: token.into() });
    }
    if let Some(file) = variable("SPARKI_ID_TOKEN_FILE") {
        return Ok(IdentitySource::File { file: file.into() });
    }
    if is_set("GITLAB_CI") {
        unusable.push(
            "GitLab is detected, but SPARKI_ID_TOKEN is not set; declare it under \"id_tokens\" of the job, \
             with the audience as \"aud\"",
        );
    }
    match (variable("ACTIONS_ID_TOKEN_REQUEST_URL"), variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN")) {
        (Some(url), Some(bearer)) => return Ok(IdentitySource::GitHub { url, bearer: bearer.into() }),
        _ if is_set("GITHUB_ACTIONS") => unusable.push(
            "GitHub Actions is detected, but the job may not have a token; give it \"permissions: id-token: write\"",
        ),
        _ => {}
    }
    if is_set("BUILDKITE") {
        return Ok(IdentitySource::Buildkite { path: variable("PATH") });
    }
    let tagged = variable("TFC_WORKLOAD_IDENTITY_TOKEN_SPARKI");
    if let Some(token) = tagged.or_else(|| variable("TFC_WORKLOAD_IDENTITY_TOKEN")) {
        return Ok(IdentitySource::Variable { ci: "HCP Terraform", token: token.into() });
    }
    if is_set("TFC_RUN_ID") {
        unusable.push(
            "HCP Terraform is detected, but gives the run no token; set TFC_WORKLOAD_IDENTITY_AUDIENCE_SPARKI to the \
             audience, as an environment variable of the HCP Terraform workspace",
        );
    }
    if let Some(file) = variable("AWS_WEB_IDENTITY_TOKEN_FILE") {
        return Ok(IdentitySource::Eks { file: file.into() });
    }
    if unusable.is_empty() {
        return Err("none of GitHub Actions, GitLab, Buildkite, HCP Terraform and EKS is detected".to_owned());
    }
    Err(unusable.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_detect<const N: usize>(variables: [(&str, &str); N], expected: &str) {
        let seen = match Oidc::detect("acme/ci", &Environment::of(variables)) {
            Ok(oidc) => format!("{} {} {}", oidc.ci(), oidc.audience(), oidc.secret().unwrap_or("-")),
            Err(error) => error.to_string(),
        };
        assert_eq!(seen, expected);
    }

    #[test]
    fn each_ci_is_detected_by_what_it_sets() {
        let github = [("ACTIONS_ID_TOKEN_REQUEST_URL", "u"), ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t")];
        check_detect(github, "GitHub Actions sparki t");
        check_detect([("GITLAB_CI", "true"), ("SPARKI_ID_TOKEN", "t")], "GitLab sparki t");
        check_detect([("SPARKI_ID_TOKEN", "t")], "SPARKI_ID_TOKEN sparki t");
        check_detect([("BUILDKITE", "true"), ("SPARKI_OIDC_AUDIENCE", "own")], "Buildkite own -");
        let tagged = [("TFC_WORKLOAD_IDENTITY_TOKEN", "t"), ("TFC_WORKLOAD_IDENTITY_TOKEN_SPARKI", "own")];
        check_detect(tagged, "HCP Terraform sparki own");
        check_detect([("TFC_WORKLOAD_IDENTITY_TOKEN", "t")], "HCP Terraform sparki t");
        check_detect([("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")], "EKS sparki -");
        let projected = [("AWS_WEB_IDENTITY_TOKEN_FILE", "/aws"), ("SPARKI_ID_TOKEN_FILE", "/token")];
        check_detect(projected, "SPARKI_ID_TOKEN_FILE sparki -");
    }

    #[test]
    fn a_ci_that_gives_no_token_is_told_with_what_to_set() {
        check_detect(
            [],
            "no identity for a service account: none of GitHub Actions, GitLab, Buildkite, HCP Terraform and EKS is detected",
        );
    }

    #[test]
    fn a_runner_on_eks_without_a_token_of_its_ci_has_the_one_of_eks() {
        let variables = [("GITHUB_ACTIONS", "true"), ("AWS_WEB_IDENTITY_TOKEN_FILE", "/token")];
        check_detect(variables, "EKS sparki -");
    }
}
