//! State that one feature keeps for all requests: the file of the feature declares it, and
//! [`super::App::feature`] finds it. So a new feature changes neither the app nor what starts it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::http::App;

/// The state of a feature. The app makes one when it is first asked for, and keeps it.
pub trait Feature: Send + Sync + Sized + 'static {
    /// Makes the state.
    fn new(app: &App) -> Self;
}

type Cell = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

/// The states of the features of one app, by their type.
#[derive(Default)]
pub struct Features(RwLock<HashMap<TypeId, Cell>>);

impl Features {
    /// Sets the state of a feature, in the place of the one that [`Feature::new`] would make.
    #[must_use]
    pub fn with<F: Feature>(self, feature: F) -> Self {
        self.with_shared(Arc::new(feature))
    }

    /// Sets the state of a feature like [`Self::with`], which the caller keeps as well.
    #[must_use]
    pub fn with_shared<F: Feature>(self, feature: Arc<F>) -> Self {
        let cell = self.cell::<F>();
        // A second value for the same feature is a mistake of the code that starts the app.
        assert!(cell.set(feature).is_ok(), "a feature is set once");
        self
    }

    /// Returns the state of a feature.
    pub(super) fn get<F: Feature>(&self, app: &App) -> Arc<F> {
        let cell = self.cell::<F>();
        let state = Arc::clone(cell.get_or_init(|| Arc::new(F::new(app))));
        state.downcast().expect("a cell holds the state of the type that it is found by")
    }

    fn cell<F: Feature>(&self) -> Cell {
        let id = TypeId::of::<F>();
        if let Some(cell) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Arc::clone(cell);
        }
        Arc::clone(self.0.write().unwrap_or_else(PoisonError::into_inner).entry(id).or_default())
    }
}

impl fmt::Debug for Features {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Features").finish_non_exhaustive()
    }
}
