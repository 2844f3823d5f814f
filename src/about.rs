//! Which namespace a piece of work is about, where several are worked on side by side: known to all that tells of it.

use std::sync::Arc;

tokio::task_local! {
    static NAMESPACE: Arc<str>;
}

/// Does `work`; what it tells is about this namespace.
pub async fn namespace<F: Future>(name: &str, work: F) -> F::Output {
    NAMESPACE.scope(Arc::from(name), work).await
}

/// The namespace that this work is about; none where there is only one, or the work is about all.
pub fn current() -> Option<Arc<str>> {
    NAMESPACE.try_with(Arc::clone).ok()
}

/// The same work for a task of its own, about the same namespace.
pub fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
    let about = current();
    async move {
        match about {
            Some(name) => NAMESPACE.scope(name, work).await,
            None => work.await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_side_by_side_is_about_its_own_namespace_also_in_tasks_of_its_own() {
        let told = async {
            tokio::task::yield_now().await;
            let spawned = tokio::spawn(carried(async { current() }));
            (current(), spawned.await.unwrap())
        };
        let one = || Some(Arc::from("one"));
        let other = async {
            tokio::task::yield_now().await;
            current()
        };
        let (first, second) = futures::join!(namespace("one", told), namespace("two", other));
        assert_eq!((first, second), ((one(), one()), Some(Arc::from("two"))));
        assert_eq!(current(), None);
    }
}
