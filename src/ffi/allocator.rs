//! Wipes every block of memory when it is freed: HTTP and TLS copy what they send into buffers of their own, the token
//! with it, and give them back as they are.
//!
//! For the shared and the static library, and for the command. A Rust program has one allocator and chooses it itself.

use std::alloc::{GlobalAlloc, Layout, System};

struct Wiping;

#[global_allocator]
static ALLOCATOR: Wiping = Wiping;

// SAFETY: every block comes from the system's allocator and goes back to it with the layout it came with. Reallocation
// is left to the trait's own method, which copies into a new block and frees the old one through dealloc.
unsafe impl GlobalAlloc for Wiping {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is the system allocator's own.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's contract is the system allocator's own.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the block is as long as its layout says and nobody's any more. The barrier keeps the zeros from being
        // taken for useless.
        unsafe {
            block.write_bytes(0, layout.size());
            zeroize::optimization_barrier(&*block);
            System.dealloc(block, layout);
        }
    }
}
