//! Values that are one of a few words.

/// An enum whose variants have names on the wire.
pub(crate) trait Choice: Copy + PartialEq + 'static {
    const ALL: &'static [(&'static str, Self)];
}

/// The words of a choice, in order.
pub(crate) fn words<T: Choice>() -> Vec<&'static str> {
    T::ALL.iter().map(|(word, _)| *word).collect()
}

/// The word for a value.
pub(crate) fn word_of<T: Choice>(value: T) -> &'static str {
    let found = T::ALL.iter().find(|(_, choice)| *choice == value);
    found.map(|(word, _)| *word).expect("a choice has a word for each of its values")
}

/// Declares a choice with its words; it is written and read as the word, and describes itself as the list of words.
macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[$about:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema,
        )]
        $(#[$meta])*
        pub(crate) enum $name { $($(#[$about])* #[serde(rename = $word)] $variant),+ }

        impl $crate::document::choice::Choice for $name {
            const ALL: &'static [(&'static str, Self)] = &[$(($word, Self::$variant)),+];
        }
    };
}

pub(crate) use choice;
