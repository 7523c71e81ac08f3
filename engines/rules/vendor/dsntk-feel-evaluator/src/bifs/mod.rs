pub mod core;
pub mod named;
pub mod positional;
