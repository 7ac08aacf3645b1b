//! The model in use, which outlives its device.

use model::Error;
use predictor::{Device, Observer, Prediction, Predictor, Settings, Snapshot};

use crate::load::Origin;
use crate::status::{LoadEvent, ModelStatus};

/// A model, and what it takes to load it again.
pub(crate) struct Loaded {
    predictor: Predictor<Device>,
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
        let (device, fallback) = origin.load().await?;
        let status = ModelStatus::of(&device, fallback, None);
        let loaded = Self {
            predictor: Predictor::new(device, settings),
            origin,
            trusted: true,
        };
        Ok((loaded, status))
    }

    /// As [`Predictor::predict`]; where the GPU is lost, which is noticed here and not before, the
    /// model is loaded again and the prediction begins anew.
    pub(crate) async fn predict(
        &mut self,
        snapshot: &Snapshot,
        observer: &mut impl Observer,
    ) -> Result<Prediction, predictor::Error<Error>> {
        loop {
            let result = self.predictor.predict(snapshot, observer).await;
            match result {
                Err(predictor::Error::Model(Error::Device(reason))) if self.is_on_gpu() => {
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

    fn is_on_gpu(&self) -> bool {
        matches!(self.predictor.engine(), Device::Gpu(_))
    }

    /// Puts the model onto another device. When that fails, the next prediction tries it again.
    async fn recover(&mut self, reason: String) -> Result<(), Error> {
        let lost = LoadEvent::Lost {
            reason: reason.clone(),
        };
        lost.send(&self.origin.on_event);
        let error = Error::Device(reason.clone());
        let (device, fallback) = self.origin.load_again(error, self.trusted).await?;
        let status = ModelStatus::of(&device, fallback, Some(reason));
        self.predictor = Predictor::new(device, self.predictor.settings().clone());
        self.trusted = false;
        LoadEvent::Recovered { status }.send(&self.origin.on_event);
        Ok(())
    }
}
