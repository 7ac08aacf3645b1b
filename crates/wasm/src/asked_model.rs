//! The model that a session asks.

use predictor::{Observer, Prediction, Snapshot};
use suggest::Syntax;
use wasm_bindgen::prelude::JsError;

use crate::edge::{self, EdgeConnection};
use crate::loaded::Loaded;

/// Here, or at the edge.
pub(crate) enum AskedModel {
    Here(Box<Loaded>),
    Edge(EdgeConnection),
}

impl AskedModel {
    /// Predicts; see [`predictor::Predictor::predict`].
    pub(crate) async fn predict(
        &mut self,
        snapshot: &Snapshot,
        syntax: &impl Syntax,
        observer: &mut impl Observer,
    ) -> Result<Prediction, JsError> {
        match self {
            Self::Here(loaded) => Ok(loaded.predict(snapshot, syntax, observer).await?),
            Self::Edge(connection) => edge::predict(connection, snapshot, syntax, observer).await,
        }
    }
}
