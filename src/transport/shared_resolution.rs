//! One look-up for all who ask for the same name at the same time: thousands of calls begin at once, and each look-up
//! takes a thread of the system's.

use std::collections::HashMap;
use std::error::Error as StdError;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OnceCell;

use super::name_resolution::{Resolve, Resolving};

/// Resolves by another resolver, each name once at a time.
pub(super) struct SharedResolver<R> {
    resolver: Arc<R>,
    under_way: Mutex<HashMap<String, Weak<LookUp>>>,
}

/// Whoever asks first looks up; where that one is cancelled, the next one does.
#[derive(Default)]
struct LookUp(OnceCell<Result<Vec<SocketAddr>, SharedFailure>>);

/// A failure that several callers have.
#[derive(Clone, Debug)]
struct SharedFailure(Arc<dyn StdError + Send + Sync>);

impl fmt::Display for SharedFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl StdError for SharedFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}

impl<R> SharedResolver<R> {
    pub(super) fn new(resolver: R) -> SharedResolver<R> {
        SharedResolver {
            resolver: Arc::new(resolver),
            under_way: Mutex::default(),
        }
    }

    fn look_up(&self, name: &str) -> Arc<LookUp> {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(look_up) = under_way.get(name).and_then(Weak::upgrade) {
            return look_up;
        }
        // What has ended was of its moment: names are looked up anew.
        under_way.retain(|_, look_up| look_up.strong_count() > 0);
        let look_up = Arc::new(LookUp::default());
        under_way.insert(name.to_owned(), Arc::downgrade(&look_up));
        look_up
    }
}

impl<R: Resolve + 'static> Resolve for SharedResolver<R> {
    fn resolve(&self, name: &str) -> Resolving {
        let look_up = self.look_up(name);
        let resolver = Arc::clone(&self.resolver);
        let name = name.to_owned();
        Box::pin(async move {
            let found = look_up.0.get_or_init(|| async {
                let resolved = resolver.resolve(&name).await;
                resolved.map_err(|failure| SharedFailure(Arc::from(failure)))
            });
            Ok(found.await.clone()?)
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    /// Answers late, and fails for one name.
    struct Slow(Arc<AtomicUsize>);

    #[derive(Debug)]
    struct NoSuchName;

    impl fmt::Display for NoSuchName {
        fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("no such name")
        }
    }

    impl StdError for NoSuchName {}

    impl Resolve for Slow {
        fn resolve(&self, name: &str) -> Resolving {
            self.0.fetch_add(1, Ordering::Relaxed);
            let is_known = name != "nowhere.example";
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                match is_known {
                    true => Ok(vec![SocketAddr::from(([127, 0, 0, 1], 0))]),
                    false => Err(NoSuchName.into()),
                }
            })
        }
    }

    #[test]
    fn a_name_is_looked_up_once_for_all_who_ask_meanwhile() {
        let asked = Arc::new(AtomicUsize::new(0));
        let resolver = SharedResolver::new(Slow(Arc::clone(&asked)));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut answers = tokio::task::JoinSet::new();
            for _ in 0..1000 {
                answers.spawn(resolver.resolve("here.example"));
                answers.spawn(resolver.resolve("nowhere.example"));
            }
            let (mut found, mut failed) = (0, 0);
            while let Some(answer) = answers.join_next().await {
                match answer.unwrap() {
                    Ok(addresses) => found += addresses.len(),
                    Err(failure) => {
                        assert!(failure.source().unwrap().is::<NoSuchName>());
                        failed += 1;
                    }
                }
            }
            assert_eq!((found, failed), (1000, 1000));
            assert_eq!(asked.load(Ordering::Relaxed), 2);

            assert!(resolver.resolve("here.example").await.is_ok());
            assert_eq!(asked.load(Ordering::Relaxed), 3);
        });
    }
}
