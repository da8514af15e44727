//! Doc comments.

/// Longest line of a comment, without its indentation.
const WIDTH: usize = 108;

/// Writes paragraphs, which are separated by empty lines, as a doc comment.
pub(super) fn docs(text: &str) -> String {
    comment(text, "///")
}

/// The same for the module it stands in.
pub(super) fn module_docs(text: &str) -> String {
    comment(text, "//!")
}

/// Writes lines as they are into a doc comment.
pub(super) fn verbatim(lines: &[String], mark: &str) -> String {
    lines.iter().map(|line| format!("{}\n", format!("{mark} {line}").trim_end())).collect()
}

fn comment(text: &str, mark: &str) -> String {
    let mut comment = String::new();
    for (index, paragraph) in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()).enumerate()
    {
        if index > 0 {
            comment.push_str(mark);
            comment.push('\n');
        }
        for item in items(paragraph) {
            let hanging = if item.starts_with("- ") { "  " } else { "" };
            let mut line = String::new();
            for word in plain(&item).split(' ').filter(|word| !word.is_empty()) {
                if !line.trim().is_empty() && line.len() + 1 + word.len() > WIDTH {
                    comment.push_str(&format!("{mark} {line}\n"));
                    line = hanging.to_owned();
                }
                if !line.trim().is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            comment.push_str(&format!("{mark} {line}\n"));
        }
    }
    comment
}

/// The items of a list, or the one text that a paragraph is, however its lines were broken.
fn items(paragraph: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in paragraph.lines() {
        match items.last_mut() {
            Some(item) if !line.starts_with("- ") => {
                item.push(' ');
                item.push_str(line);
            }
            Some(_) | None => items.push(line.to_owned()),
        }
    }
    items
}

/// Takes from signs the meaning they have in doc comments, but for code.
fn plain(text: &str) -> String {
    let escape = |span: &str| span.replace('[', "\\[").replace('<', "\\<");
    let spans = text.split('`').enumerate();
    let spans = spans.map(|(index, span)| if index % 2 == 0 { escape(span) } else { format!("`{span}`") });
    spans.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_wrapped_and_paragraphs_stay_apart() {
        let text = format!("One.\n\n- {}", "four ".repeat(25));
        let lines: Vec<String> = docs(&text).lines().map(str::to_owned).collect();
        assert_eq!(lines[..2], ["/// One.", "///"]);
        assert!(lines[2].starts_with("/// - four") && lines[2].len() <= WIDTH + 4, "{lines:?}");
        assert!(lines[3].starts_with("///   four"), "{lines:?}");
    }

    #[test]
    fn lines_that_were_broken_are_one_text() {
        assert_eq!(
            docs("One\ntwo.\n\n- three\nfour\n- five"),
            "/// One two.\n///\n/// - three four\n/// - five\n"
        );
    }

    #[test]
    fn signs_mean_themselves() {
        assert_eq!(docs("An [x] of `[y]`."), "/// An \\[x] of `[y]`.\n");
    }
}
