//! The document as a page to read: HTML alone, without scripts or anything from elsewhere.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::openapi::schema_text::{escape, prose, schema};

const STYLE: &str = include_str!("page.css");

/// The policy under which the page works: its own style, and nothing else.
pub(super) fn policy() -> String {
    let digest = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

pub(super) fn html(document: &Value) -> String {
    let info = &document["info"];
    let title = format!("{} {}", text(&info["title"]), text(&info["version"]));
    let tags: Vec<String> = list(&document["tags"]).map(|tag| text(&tag["name"])).collect();
    let links: String = tags.iter().map(|tag| format!("<a href=\"#{tag}\">{tag}</a> ")).collect();
    let about: String = info["description"]
        .as_str()
        .unwrap_or_default()
        .split("\n\n")
        .map(|paragraph| format!("<p>{}</p>", prose(&paragraph.replace("**", ""))))
        .collect();
    let sections: String = tags.iter().map(|tag| section(document, tag)).collect();
    let schemas: String = entries(&document["components"]["schemas"]).map(named_schema).collect();
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1>{about}<nav>{links}<a href=\"#schemas\">schemas</a> \
         <a href=\"/openapi.json\">openapi.json</a></nav>{sections}\
         <section id=\"schemas\"><h2>schemas</h2>{schemas}</section></body></html>\n"
    )
}

fn section(document: &Value, tag: &str) -> String {
    let mut operations = String::new();
    for (path, methods) in entries(&document["paths"]) {
        for (method, operation) in entries(methods) {
            if list(&operation["tags"]).any(|own| text(own) == tag) {
                let heading = format!("<b>{}</b> <code>{}</code>", method.to_ascii_uppercase(), escape(path));
                operations.push_str(&article(document, &heading, operation));
            }
        }
    }
    format!("<section id=\"{tag}\"><h2>{tag}</h2>{operations}</section>")
}

fn article(document: &Value, heading: &str, operation: &Value) -> String {
    let access =
        if list(&operation["security"]).next().is_some() { "" } else { " No credentials are needed." };
    let mut parts = String::new();
    if operation.get("parameters").is_some() {
        let rows: String = list(&operation["parameters"]).map(parameter).collect();
        parts.push_str(&table("Parameters", &rows));
    }
    if let Some(body) = operation.get("requestBody") {
        parts.push_str(&table("Body", &contents(body)));
    }
    let (mut answers, mut errors) = (String::new(), String::new());
    for (status, response) in entries(&operation["responses"]) {
        let response = response["$ref"]
            .as_str()
            .map_or(response, |place| document.pointer(place.trim_start_matches('#')).unwrap_or(response));
        let headers: Vec<&str> =
            response["headers"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let about = prose(response["description"].as_str().unwrap_or_default());
        if status.as_str() < "400" {
            let headers = escape(&headers.join(", "));
            let contents = contents(response);
            answers.push_str(&row(status, &format!("{about}<div>Headers: {headers}</div>")));
            answers.push_str(&contents);
        } else {
            errors.push_str(&row(status, &about));
        }
    }
    parts.push_str(&table("Answers", &answers));
    parts.push_str(&table("Errors", &errors));
    format!(
        "<article id=\"{}\"><h3>{heading}</h3><p>{}. {}{access}</p>{parts}</article>",
        text(&operation["operationId"]),
        text(&operation["summary"]),
        prose(operation["description"].as_str().unwrap_or_default()),
    )
}

fn parameter(parameter: &Value) -> String {
    let class = if parameter["required"] == true { " class=\"required\"" } else { "" };
    let name = format!("<code{class}>{}</code> in {}", text(&parameter["name"]), text(&parameter["in"]));
    let about = prose(parameter["description"].as_str().unwrap_or_default());
    row(&name, &format!("{about} {}", schema(&parameter["schema"])))
}

/// The media types of a body, and the schema of each.
fn contents(body: &Value) -> String {
    entries(&body["content"])
        .map(|(media_type, content)| {
            row(&format!("<code>{}</code>", escape(media_type)), &schema(&content["schema"]))
        })
        .collect()
}

fn named_schema((name, value): (&String, &Value)) -> String {
    let about = prose(value["description"].as_str().unwrap_or_default());
    let name = escape(name);
    format!("<article id=\"schema-{name}\"><h3>{name}</h3><p>{about}</p>{}</article>", schema(value))
}

fn table(title: &str, rows: &str) -> String {
    format!("<details><summary>{title}</summary><table>{rows}</table></details>")
}

fn row(name: &str, text: &str) -> String {
    format!("<tr><td>{name}</td><td>{text}</td></tr>")
}

fn text(value: &Value) -> String {
    escape(value.as_str().unwrap_or_default())
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
