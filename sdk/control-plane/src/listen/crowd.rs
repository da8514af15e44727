//! So many connections per address, or network of IPv6, and no more.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use crate::http::proxies::network;

/// The connections there are, by what stands for their clients.
#[derive(Debug, Clone)]
pub(super) struct Crowd {
    most: u32,
    present: Arc<Mutex<BTreeMap<IpAddr, u32>>>,
}

/// The right to one connection, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    crowd: Crowd,
    address: IpAddr,
}

impl Crowd {
    /// At most `most` connections per address; 0 for any number.
    pub(super) fn new(most: u32) -> Self {
        Self { most, present: Arc::default() }
    }

    /// A place for another connection, if there is one.
    pub(super) fn admit(&self, address: IpAddr) -> Option<Place> {
        let address = network(address);
        let mut present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        let count = present.entry(address).or_default();
        if self.most > 0 && *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { crowd: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut present = self.crowd.present.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = present.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                present.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_left_is_free() {
        let (here, there) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let crowd = Crowd::new(2);
        let first = crowd.admit(here);
        let second = crowd.admit(here);
        assert!(first.is_some() && second.is_some() && crowd.admit(here).is_none());
        assert!(crowd.admit(there).is_some());
        drop(first);
        assert!(crowd.admit(here).is_some());
    }

    #[test]
    fn none_is_kept_of_those_who_left() {
        let crowd = Crowd::new(0);
        let places: Vec<Option<Place>> =
            (0..100).map(|last| crowd.admit(IpAddr::from([10, 0, 0, last]))).collect();
        drop(places);
        assert!(crowd.present.lock().expect("nobody panicked").is_empty());
    }
}
