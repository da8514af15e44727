//! Query parameters: each is taken once, and none may be left over.

use url::form_urlencoded;

use crate::{http::problem::Problem, openapi::Parameter};

#[derive(Debug, Clone)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn parse(raw: Option<&str>) -> Self {
        Self(form_urlencoded::parse(raw.unwrap_or_default().as_bytes()).into_owned().collect())
    }

    /// Takes a parameter out; giving one twice is refused.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<String>, Problem> {
        let mut found = None;
        for (_, value) in self.0.extract_if(.., |(key, _)| key == name) {
            refuse_nul(name, &value)?;
            if found.replace(value).is_some() {
                return Err(Problem::malformed(format!("The query parameter {name:?} is given twice.")));
            }
        }
        Ok(found)
    }

    /// Takes every parameter whose name starts with `prefix`, without the prefix.
    pub(crate) fn take_prefixed(&mut self, prefix: &str) -> Result<Vec<(String, String)>, Problem> {
        self.0
            .extract_if(.., |(key, _)| key.starts_with(prefix))
            .map(|(key, value)| {
                refuse_nul(&key, &format!("{key}{value}"))?;
                Ok((key[prefix.len()..].to_owned(), value))
            })
            .collect()
    }

    /// Takes a parameter that is one of a few words.
    pub(crate) fn take_choice<T: Copy>(&mut self, choice: &Words<T>) -> Result<T, Problem> {
        let Words { name, words, .. } = choice;
        match self.take(name)? {
            None => Ok(words[0].1),
            Some(value) => {
                words.iter().find(|(word, _)| *word == value).map(|(_, choice)| *choice).ok_or_else(|| {
                    let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                    Problem::malformed(format!(
                        "The query parameter {name:?} has to be {}.",
                        words.join(" or ")
                    ))
                })
            }
        }
    }

    /// Refuses whatever was not taken: a filter that is not understood must not answer with everything.
    pub(crate) fn finish(self) -> Result<(), Problem> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(Problem::malformed(format!(
                "The query parameter {name:?} is not one this request takes."
            ))),
        }
    }
}

/// Databases do not keep texts with NUL in them, so nothing could be found by one.
fn refuse_nul(name: &str, text: &str) -> Result<(), Problem> {
    if text.contains('\0') {
        let detail = format!("The query parameter {name:?} cannot have the character U+0000 in it.");
        return Err(Problem::malformed(detail));
    }
    Ok(())
}

/// A query parameter that is one of a few words, of which the first is the default.
#[derive(Debug)]
pub(crate) struct Words<T: 'static> {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) words: &'static [(&'static str, T)],
}

impl<T> Words<T> {
    pub(crate) fn parameter(&self) -> Parameter {
        let words: Vec<&str> = self.words.iter().map(|(word, _)| *word).collect();
        Parameter::choice(self.name, self.about, &words)
    }
}

static DRY_RUN: Words<Effect> = Words {
    name: "dry_run",
    about: "Whether everything is only checked, and nothing done.",
    words: &[("false", Effect::Real), ("true", Effect::DryRun)],
};

/// Whether a change is to take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Real,
    DryRun,
}

impl Effect {
    pub(crate) fn take(query: &mut Query) -> Result<Self, Problem> {
        query.take_choice(&DRY_RUN)
    }

    pub(crate) fn parameter() -> Parameter {
        DRY_RUN.parameter()
    }
}
