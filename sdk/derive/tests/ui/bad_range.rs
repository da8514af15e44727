use sparki_core::Value;
use sparki_derive::Model;

/// A thing.
#[derive(Clone, Debug, PartialEq, Model)]
pub struct ThingModel {
    /// Number one.
    #[attr(required, validate(range(5..=1)))]
    pub one: Value<i64>,
    /// Number two.
    #[attr(required, validate(range(1..5)))]
    pub two: Value<i64>,
    /// Number three.
    #[attr(required, validate(range(..)))]
    pub three: Value<i64>,
    /// Number four.
    #[attr(required, validate(len(-1..=3)))]
    pub four: Value<i64>,
    /// Number five.
    #[attr(required, validate(range("a"..="b")))]
    pub five: Value<i64>,
    /// Number six.
    #[attr(required, validate(len(7)))]
    pub six: Value<i64>,
    /// Number seven.
    #[attr(required, validate(range(0..=9223372036854775808)))]
    pub seven: Value<i64>,
}

fn main() {}
