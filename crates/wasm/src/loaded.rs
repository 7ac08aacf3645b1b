//! The model in use, which outlives its device.

use model::Error;
use predictor::{Device, Engine as _, Observer, Prediction, Predictor, Settings, Snapshot};
use suggest::Syntax;

use crate::load::Origin;
use crate::placed::Placed;
use crate::status::{LoadEvent, ModelStatus};

/// A model, and what it takes to load it again.
pub(crate) struct Loaded {
    predictor: Predictor<Placed>,
    origin: Origin,
    /// Whether another GPU is tried when this one is lost: not if this one was the other, and has been
    /// lost before it computed anything.
    trusted: bool,
}

impl Loaded {
    pub(crate) async fn new(
        mut origin: Origin,
        settings: Settings,
    ) -> Result<(Self, ModelStatus), Error> {
        let predictor = Predictor::new(origin.load().await?, settings);
        let status = ModelStatus::of(&predictor, None);
        let loaded = Self {
            predictor,
            origin,
            trusted: true,
        };
        Ok((loaded, status))
    }

    /// As [`Predictor::predict`]; where the GPU or a thread is lost, which is noticed here and not
    /// before, the model is loaded again and the prediction begins anew.
    pub(crate) async fn predict(
        &mut self,
        snapshot: &Snapshot,
        syntax: &dyn Syntax,
        observer: &mut impl Observer,
    ) -> Result<Prediction, predictor::Error<Error>> {
        loop {
            let result = self.predictor.predict(snapshot, syntax, observer).await;
            match result {
                Err(predictor::Error::Model(Error::Device(reason))) if !self.is_alone() => {
                    self.recover(reason)
                        .await
                        .map_err(predictor::Error::Model)?;
                }
                result => {
                    let passes = result.as_ref().map_or(0, |done| done.statistics.passes);
                    self.trusted |= passes > 0;
                    return result;
                }
            }
        }
    }

    /// Nothing but this thread computes, so that nothing else can be lost.
    fn is_alone(&self) -> bool {
        let placed = self.predictor.engine();
        matches!(placed.device, Device::Cpu(_)) && placed.team.is_none()
    }

    /// Puts the model onto another device. When that fails, the next prediction tries it again.
    async fn recover(&mut self, reason: String) -> Result<(), Error> {
        let Placed {
            device, fallback, ..
        } = self.predictor.engine();
        let lost = LoadEvent::Lost {
            backend: device.backend(),
            reason: reason.clone(),
        };
        lost.send(&self.origin.on_event);
        let placed = match device {
            Device::Gpu(_) => {
                let error = Error::Device(reason.clone());
                self.origin.load_again(error, self.trusted).await?
            }
            Device::Cpu(_) => Placed {
                fallback: fallback.clone(),
                ..self.origin.on_one_thread(Some(reason.clone())).await?
            },
        };
        self.predictor = Predictor::new(placed, self.predictor.settings().clone());
        let status = ModelStatus::of(&self.predictor, Some(reason));
        self.trusted = false;
        LoadEvent::Recovered { status }.send(&self.origin.on_event);
        Ok(())
    }
}
