//! The model that a session asks.

use predictor::{Observer, Outcome, Prediction, Repetition, Snapshot};
use suggest::Syntax;
use wasm_bindgen::prelude::JsError;

use crate::edge::{self, EdgeConnection};
use crate::loaded::Loaded;

/// Here, at the edge, or none.
pub(crate) enum AskedModel {
    Here(Box<Loaded>),
    Edge {
        connection: EdgeConnection,
        /// Asked first: nothing has to be sent for it, and it has the page's grammars.
        rule: Option<Repetition>,
    },
    /// The rules, alone.
    Rule(Repetition),
}

impl AskedModel {
    /// Predicts; see [`predictor::Predictor::predict`].
    pub(crate) async fn predict(
        &mut self,
        snapshot: &Snapshot,
        syntax: &dyn Syntax,
        observer: &mut impl Observer,
    ) -> Result<Prediction, JsError> {
        match self {
            Self::Here(loaded) => Ok(loaded.predict(snapshot, syntax, observer).await?),
            Self::Rule(rule) => Ok(rule.predict(snapshot, syntax, observer).await),
            Self::Edge { connection, rule } => {
                if let Some(rule) = rule {
                    let prediction = rule.predict(snapshot, syntax, observer).await;
                    if prediction.outcome == Outcome::Suggestions {
                        return Ok(prediction);
                    }
                }
                edge::predict(connection, snapshot, syntax, observer).await
            }
        }
    }
}
