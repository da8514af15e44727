//! What each platform can do.

use sparki_derive::Choice;

/// Where releases run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum Platform {
    /// A Kubernetes cluster.
    Kubernetes,
    /// Railway.
    Railway,
    /// Render.
    Render,
    /// Fly.io.
    Flyio,
    /// Vercel.
    Vercel,
    /// A webhook or a script of your own.
    Custom,
}

/// How a new release takes over from the old one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum StrategyKind {
    /// All at once.
    Direct,
    /// Instance by instance.
    Rolling,
    /// Beside the old one, then all traffic at once.
    #[choice("blue-green")]
    BlueGreen,
    /// Beside the old one, with growing shares of the traffic.
    Canary,
}

impl Platform {
    /// The strategies that the platform can carry out.
    ///
    /// The control plane lists the same under `/platforms`; a test holds the two against each other.
    #[must_use]
    pub fn strategies(self) -> &'static [StrategyKind] {
        match self {
            Self::Kubernetes | Self::Flyio => StrategyKind::ALL,
            Self::Railway | Self::Render => &[StrategyKind::Direct, StrategyKind::Rolling],
            Self::Vercel => &[StrategyKind::Direct, StrategyKind::Canary],
            Self::Custom => &[StrategyKind::Direct],
        }
    }
}
