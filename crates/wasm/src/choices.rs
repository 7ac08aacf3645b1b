//! What a page chooses about predictions, whoever makes them.

use predictor::{Edits, Repetition, Settings};
use prompt::Dialect;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A part of `LoadOptions` of `session-types.ts`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Choices {
    #[serde(default, deserialize_with = "dialect")]
    dialect: Option<Dialect>,
    #[serde(default, deserialize_with = "edits")]
    edits: Option<Edits>,
    imports: Option<bool>,
    explore: Option<bool>,
    repeat: Option<bool>,
    rejoin: Option<bool>,
    /// The longest wait after typing, in ms.
    pub(crate) debounce: Option<f64>,
}

impl Choices {
    /// With the defaults of what was not chosen.
    pub(crate) fn settings(&self) -> Settings {
        let default = Settings::default();
        Settings {
            dialect: self.dialect,
            edits: self.edits,
            imports: self.imports.unwrap_or(default.imports),
            explore: self.explore.unwrap_or(default.explore),
            repeat: self.repeat,
            rejoin: self.rejoin.unwrap_or(default.rejoin),
            ..default
        }
    }

    /// The rule that stands before a model elsewhere, if that was chosen: whether it is better is not known of that one.
    pub(crate) fn rule(&self) -> Option<Repetition> {
        let is_chosen = self.repeat == Some(true);
        is_chosen.then(|| Repetition::new(self.settings()))
    }
}

/// A dialect by its name.
fn dialect<'de, D: Deserializer<'de>>(name: D) -> Result<Option<Dialect>, D::Error> {
    by_name(name, "dialect", Dialect::named)
}

/// Which edits, by name.
fn edits<'de, D: Deserializer<'de>>(name: D) -> Result<Option<Edits>, D::Error> {
    by_name(name, "edits", Edits::named)
}

fn by_name<'de, D: Deserializer<'de>, T>(
    name: D,
    what: &str,
    named: fn(&str) -> Option<T>,
) -> Result<Option<T>, D::Error> {
    let name = Option::<String>::deserialize(name)?;
    let known = |name: String| {
        let unknown = || D::Error::custom(format!("no {what} {name:?}"));
        named(&name).ok_or_else(unknown)
    };
    name.map(known).transpose()
}
