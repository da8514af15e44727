//! Keeps secrets out of whatever is printed about an answer.

use std::borrow::Cow;

use serde_json::Value;
use url::form_urlencoded;

/// Shown instead of a secret.
const HIDDEN: &str = "(redacted)";
/// How much of a foreign answer is shown, in characters: enough to recognise a proxy's page.
const SNIPPET: usize = 80;
/// How much of a foreign answer is looked at, in bytes.
const LOOKED_AT: usize = 64 * 1024;
/// What is shorter than this, in bytes, is hidden only where it stands as a word of its own: it may be a piece of many
/// ordinary words.
const SHORT: usize = 6;
/// Members of a refusal that name fields and kinds of faults, and never a value.
const NAMES: [&str; 4] = ["code", "pointer", "type", "correlation_id"];

/// Knows what must not be shown: the credentials in use and what the request carried.
#[derive(Default)]
pub(crate) struct Redactor {
    credentials: Vec<String>,
    carried: Vec<String>,
}

impl Redactor {
    /// Knows the credentials and the request's body.
    pub(crate) fn new<'a>(credentials: impl IntoIterator<Item = &'a str>, body: Option<&[u8]>) -> Self {
        let mut redactor = Self::default();
        for credential in credentials {
            push(&mut redactor.credentials, credential);
        }
        match body.map(|body| (body, serde_json::from_slice::<Value>(body))) {
            Some((_, Ok(value))) => redactor.learn(&value, Sensitivity::Plain),
            Some((form, Err(_))) => {
                let fields = form_urlencoded::parse(form);
                let fields = fields.map(|(name, value)| (name.into_owned(), Value::from(value))).collect();
                redactor.learn(&Value::Object(fields), Sensitivity::Plain);
            }
            None => {}
        }
        for hidden in [&mut redactor.credentials, &mut redactor.carried] {
            // The longest first, so that no piece of a longer one is left over.
            hidden.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        }
        redactor
    }

    /// Hides credentials, and values the request carried under a name that says they are secret.
    pub(crate) fn hide_secrets(&self, value: Value) -> Value {
        match value {
            Value::String(text) => replace(&text, &self.credentials).into(),
            Value::Array(items) => items.into_iter().map(|item| self.hide_secrets(item)).collect(),
            Value::Object(members) => {
                let hide = |(name, value): (String, Value)| {
                    let value = if NAMES.contains(&name.as_str()) { value } else { self.hide_secrets(value) };
                    (name, value)
                };
                members.into_iter().map(hide).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    /// Returns the beginning of a foreign answer on one line, without secrets or anything the request carried.
    pub(crate) fn snippet(&self, body: &[u8]) -> String {
        let text = String::from_utf8_lossy(&body[..body.len().min(LOOKED_AT)]);
        let text = replace(&replace(&text, &self.credentials), &self.carried);
        let text = match text.trim_start().chars().next() {
            Some('{' | '[' | '"') => mask_json_strings(&text),
            _ => strip_tags(&text),
        };
        let words: Vec<Cow<'_, str>> = text
            .split(|character: char| character.is_whitespace() || character.is_control())
            .filter(|word| !word.is_empty())
            .map(|word| if looks_secret(word) { HIDDEN.into() } else { word.into() })
            .collect();
        let line = words.join(" ");
        match line.char_indices().nth(SNIPPET) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }

    fn learn(&mut self, value: &Value, sensitivity: Sensitivity) {
        match value {
            Value::String(text) => match sensitivity {
                Sensitivity::Secret => push(&mut self.credentials, text),
                // Short ones are ordinary words and numbers.
                Sensitivity::Plain if text.len() < SHORT => {}
                Sensitivity::Plain => push(&mut self.carried, text),
            },
            Value::Array(items) => items.iter().for_each(|item| self.learn(item, sensitivity)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    let sensitivity = if names_a_secret(name) { Sensitivity::Secret } else { sensitivity };
                    self.learn(field, sensitivity);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

#[derive(Clone, Copy)]
enum Sensitivity {
    Secret,
    Plain,
}

fn names_a_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["secret", "token", "password", "passphrase", "private", "credential", "routing_key", "api_key", "value"]
        .iter()
        .any(|part| name.contains(part))
        || name == "webhook_url"
}

fn push(hidden: &mut Vec<String>, text: &str) {
    if text.is_empty() {
        return;
    }
    // An answer may repeat it with quotation marks and line feeds escaped: as it stands in the request's JSON.
    let quoted = Value::from(text).to_string();
    let escaped = &quoted[1..quoted.len() - 1];
    if escaped != text {
        hidden.push(escaped.to_owned());
    }
    hidden.push(text.to_owned());
}

fn replace(text: &str, hidden: &[String]) -> String {
    hidden.iter().fold(text.to_owned(), |text, secret| {
        if secret.len() < SHORT { replace_word(&text, secret) } else { text.replace(secret.as_str(), HIDDEN) }
    })
}

/// Hides a text where neither a letter nor a digit stands beside it.
fn replace_word(text: &str, word: &str) -> String {
    let mut replaced = String::new();
    let mut end = 0;
    for (start, found) in text.match_indices(word) {
        let (before, after) = (text[..start].chars().next_back(), text[start + found.len()..].chars().next());
        if [before, after].into_iter().flatten().any(char::is_alphanumeric) {
            continue;
        }
        replaced.push_str(&text[end..start]);
        replaced.push_str(HIDDEN);
        end = start + found.len();
    }
    replaced.push_str(&text[end..]);
    replaced
}

/// Whether a word has the shape of a key, a JWT or any long random text.
fn looks_secret(word: &str) -> bool {
    const LONGEST_WORD: usize = 40;
    let random = |character: char| character.is_ascii_alphanumeric() || "+/_=-.".contains(character);
    ["spk_", "eyJ"].iter().any(|prefix| word.contains(prefix))
        || word.split(|character| !random(character)).any(|run| run.len() > LONGEST_WORD)
}

/// Masks every string of a JSON text, which may be truncated, except the names of fields.
fn mask_json_strings(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('"') {
        masked.push_str(&rest[..start]);
        let inside = &rest[start + 1..];
        let mut escaped = false;
        let end = inside.find(|character| {
            let closes = character == '"' && !escaped;
            escaped = character == '\\' && !escaped;
            closes
        });
        let Some(end) = end else {
            masked.push_str("\"…");
            return masked;
        };
        rest = &inside[end + 1..];
        let is_name = rest.trim_start().starts_with(':');
        masked.push_str(&format!("\"{}\"", if is_name { &inside[..end] } else { "…" }));
    }
    masked.push_str(rest);
    masked
}

fn strip_tags(text: &str) -> String {
    let mut stripped = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        stripped.push_str(&rest[..start]);
        stripped.push(' ');
        match rest[start..].find('>') {
            Some(end) => rest = &rest[start + end + 1..],
            None => return stripped,
        }
    }
    stripped.push_str(rest);
    stripped
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check_snippet(body: &str, expected: &str) {
        let redactor =
            Redactor::new(["spk_1_hunter2"], Some(br#"{"name":"orchid","signing_secret":"s3\"cret"}"#));
        assert_eq!(redactor.snippet(body.as_bytes()), expected);
    }

    #[test]
    fn a_page_is_told_by_its_words() {
        check_snippet(
            "<html>\r\n<head><title>502 Bad Gateway</title></head>\n<hr><center>nginx</center>",
            "502 Bad Gateway nginx",
        );
        check_snippet("", "");
        check_snippet("\u{1b}[31mred\u{7}", "[31mred");
        check_snippet(&"word ".repeat(40), &format!("{}…", "word ".repeat(16)));
    }

    #[test]
    fn json_shows_names_but_no_strings() {
        check_snippet(
            r#"{"id": "abc", "count": 3, "nested": ["x\"y", true], "tail": "trunc"#,
            r#"{"id": "…", "count": 3, "nested": ["…", true], "tail": "…"#,
        );
    }

    #[test]
    fn what_the_request_carried_is_hidden() {
        check_snippet("echo: spk_1_hunter2 orchid s3\"cret", "echo: (redacted) (redacted) (redacted)");
        check_snippet("Bearer eyJhbGciOi.abc.def", "Bearer (redacted)");
        check_snippet(&format!("key={}", "a1".repeat(30)), "(redacted)");
    }

    #[test]
    fn what_a_form_carried_is_hidden_too() {
        let redactor = Redactor::new([], Some(b"audience=sparki-own&subject_token=e%2FJ.hunter2"));
        assert_eq!(redactor.snippet(b"not e/J.hunter2 for sparki-own"), "not (redacted) for (redacted)");
        assert_eq!(redactor.hide_secrets(json!("e/J.hunter2 sparki-own")), json!("(redacted) sparki-own"));
    }

    #[test]
    fn a_problem_keeps_names_but_no_secrets() {
        let redactor =
            Redactor::new(["spk_1_hunter2"], Some(br#"{"name":"orchid","signing_secret":"s3cret"}"#));
        let echo = json!({"detail": ["orchid: s3cret is short, spk_1_hunter2 may not"], "retryable": false});
        assert_eq!(
            redactor.hide_secrets(echo),
            json!({"detail": ["orchid: (redacted) is short, (redacted) may not"], "retryable": false})
        );
    }
    #[test]
    fn a_short_secret_is_hidden_where_it_stands_alone() {
        let redactor = Redactor::new([], Some(br#"{"password":"abc12","value":"0","pin":"7"}"#));
        let problem = json!({
            "code": "0", "detail": "\"abc12\" is too weak: abc12, 0. Not abc123, 10 or 7.",
            "errors": [{"pointer": "/items/0", "code": "weak"}],
        });
        assert_eq!(
            redactor.hide_secrets(problem),
            json!({
                "code": "0", "detail": "\"(redacted)\" is too weak: (redacted), (redacted). Not abc123, 10 or 7.",
                "errors": [{"pointer": "/items/0", "code": "weak"}],
            })
        );
    }
}
