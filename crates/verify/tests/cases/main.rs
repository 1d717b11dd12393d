//! Every selection of cases contains the special operands, and finds devices that are wrong at them or at the boundaries of
//! wide integers and fixed point.

mod devices;
mod formats;
mod special;
