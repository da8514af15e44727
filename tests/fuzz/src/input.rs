//! What a fuzzer's bytes are made into.

use std::collections::BTreeMap;

use sparki_core::{Dynamic, Number, Path, Step, Type};

use crate::subjects;

/// How deep types are nested, apart from those of real attributes.
const DEPTH: u32 = 5;

/// Bytes, read from the front. When none is left, every further one is zero.
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn rest(self) -> &'a [u8] {
        self.0
    }

    /// The next byte, brought below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        usize::from(*first) % end
    }

    /// A type: that of a real resource, or one that nobody has declared.
    pub(crate) fn ty(&mut self) -> Type {
        self.ty_within(DEPTH)
    }

    fn ty_within(&mut self, depth: u32) -> Type {
        let leaves = [Type::Bool, Type::Number, Type::String, Type::Any];
        let Some(depth) = depth.checked_sub(1) else { return leaves[self.below(4)].clone() };
        match self.below(10) {
            leaf @ 0..4 => leaves[leaf].clone(),
            4 => self.ty_within(depth).list(),
            5 => self.ty_within(depth).set(),
            6 => self.ty_within(depth).map(),
            7 => Type::Tuple((0..self.below(4)).map(|_| self.ty_within(depth)).collect()),
            8 => {
                let names = ["a", "b", "c", "d"].into_iter().take(self.below(5));
                let attributes = names.map(|name| (name.to_owned(), self.ty_within(depth)));
                Type::Object(attributes.collect::<BTreeMap<_, _>>())
            }
            _ => subjects()[self.below(subjects().len())].object.ty(),
        }
    }

    /// A value of this type. When no bytes are left it is null, so that it has an end.
    pub(crate) fn value(&mut self, ty: &Type) -> Dynamic {
        match self.below(16) {
            0 => return Dynamic::Null,
            1 => return Dynamic::unknown(),
            _ => {}
        }
        match ty {
            Type::Bool => Dynamic::Bool(self.below(2) == 1),
            Type::Number => Dynamic::Number(self.number()),
            Type::String => Dynamic::string(self.text()),
            Type::List(element) => Dynamic::List((0..self.below(6)).map(|_| self.value(element)).collect()),
            Type::Set(element) => Dynamic::set((0..self.below(6)).map(|_| self.value(element)).collect()),
            Type::Map(element) => {
                Dynamic::Map((0..self.below(6)).map(|_| (self.text(), self.value(element))).collect())
            }
            Type::Tuple(types) => Dynamic::List(types.iter().map(|ty| self.value(ty)).collect()),
            Type::Object(attributes) => {
                Dynamic::object(attributes.iter().map(|(name, ty)| (name.as_str(), self.value(ty))))
            }
            Type::Any => {
                let ty = self.ty_within(1);
                let value = self.value(&ty);
                Dynamic::Typed(Box::new(ty), Box::new(value))
            }
        }
    }

    /// A path with steps of all kinds.
    pub(crate) fn path(&mut self) -> Path {
        let mut steps = Vec::new();
        while !self.0.is_empty() {
            steps.push(match self.below(4) {
                0 => Step::Attribute(self.text()),
                1 => Step::Key(self.text()),
                2 => Step::Index(usize::MAX >> self.below(64)),
                _ => Step::Element,
            });
        }
        steps.into_iter().collect()
    }

    fn number(&mut self) -> Number {
        let text = self.text();
        text.parse().unwrap_or_else(|_| Number::from(text.len() as u64))
    }

    fn text(&mut self) -> String {
        let length = self.below(64).min(self.0.len());
        let (text, rest) = self.0.split_at(length);
        self.0 = rest;
        String::from_utf8_lossy(text).into_owned()
    }
}
