//! How often an operation allocates: with the feature `allocations` only, since counting costs time.

#[cfg(feature = "allocations")]
#[global_allocator]
static COUNTING: &stats_alloc::StatsAlloc<std::alloc::System> = &stats_alloc::INSTRUMENTED_SYSTEM;

/// What has been allocated since the program started.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Allocated {
    /// Allocations, and reallocations.
    pub(crate) count: usize,
    /// Bytes that are in use.
    pub(crate) bytes: usize,
}

/// The numbers now; `None` without the feature.
pub(crate) fn now() -> Option<Allocated> {
    #[cfg(feature = "allocations")]
    {
        let stats = COUNTING.stats();
        let grown = stats.bytes_allocated.wrapping_sub(stats.bytes_deallocated);
        Some(Allocated { count: stats.allocations + stats.reallocations, bytes: grown })
    }
    #[cfg(not(feature = "allocations"))]
    None
}
