//! Ranges of whole numbers in checks: `1..=255`, `1..`, `..=50`.

use syn::parse::{Parse, ParseStream};
use syn::{Error, Expr, ExprLit, ExprUnary, Lit, RangeLimits, Result, UnOp};

/// A range with at least one end; both ends are inside.
pub(crate) struct Range<N> {
    pub(crate) start: Option<N>,
    pub(crate) end: Option<N>,
}

impl<N: TryFrom<i128> + PartialOrd> Parse for Range<N> {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let written: Expr = input.parse()?;
        let refuse = |problem| Err(Error::new_spanned(&written, problem));
        let Expr::Range(range) = &written else {
            return refuse("expected a range such as `1..=255`, `1..` or `..=50`");
        };
        if range.end.is_some() && matches!(range.limits, RangeLimits::HalfOpen(_)) {
            return refuse("the end of a range is allowed as well; write `..=`");
        }
        let start = range.start.as_deref().map(whole_number).transpose()?;
        let end = range.end.as_deref().map(whole_number).transpose()?;
        match (&start, &end) {
            (None, None) => refuse("a range needs a start or an end"),
            (Some(start), Some(end)) if start > end => {
                refuse("nothing is in this range; its start is above its end")
            }
            (Some(_), _) | (None, Some(_)) => Ok(Self { start, end }),
        }
    }
}

fn whole_number<N: TryFrom<i128>>(written: &Expr) -> Result<N> {
    let literal = |expression: &Expr| match expression {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<i128>().ok(),
        _ => None,
    };
    let number = match written {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => literal(expr).map(|number| -number),
        positive => literal(positive),
    };
    let Some(number) = number else {
        return Err(Error::new_spanned(written, "expected a whole number"));
    };
    N::try_from(number).map_err(|_| Error::new_spanned(written, "the number is out of range"))
}
