//! A model where it computes.

use std::sync::Arc;

use decode::LanguageModel;
use model::{Error, Tokenizer};
use predictor::{Device, Edits, Engine};
use prompt::Dialect;

use crate::team::Team;

/// A model on its device.
pub(crate) struct Placed {
    pub(crate) device: Device,
    /// The threads that compute it together with this one.
    pub(crate) team: Option<Team>,
    /// Why it is not on the GPU, where that was tried.
    pub(crate) fallback: Option<String>,
    /// Why this thread computes alone, where others were wanted.
    pub(crate) alone: Option<String>,
}

impl Placed {
    /// Without other threads.
    pub(crate) fn alone(device: Device) -> Self {
        Self {
            device,
            team: None,
            fallback: None,
            alone: None,
        }
    }
}

impl LanguageModel for Placed {
    type Error = Error;

    fn context(&self) -> usize {
        self.device.context()
    }

    async fn forward(
        &mut self,
        position: usize,
        tokens: &[u32],
        rows: usize,
    ) -> Result<Vec<u32>, Error> {
        if let Some(team) = &self.team {
            team.forward(position, tokens, rows);
        }
        self.device.forward(position, tokens, rows).await
    }
}

impl Engine for Placed {
    fn tokenizer(&self) -> &Arc<Tokenizer> {
        self.device.tokenizer()
    }

    fn backend(&self) -> &'static str {
        self.device.backend()
    }

    fn dialect(&self) -> Option<Dialect> {
        self.device.dialect()
    }

    fn edits(&self) -> Option<Edits> {
        self.device.edits()
    }
}
