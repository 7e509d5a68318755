// The sizes of a convolution.

override N: u32;
override IC: u32;
override H: u32;
override W: u32;
override OC: u32;
override OH: u32;
override OW: u32;
override KH: u32;
override KW: u32;
override STRIDE: u32;
override PADDING: u32;

const STEPS = vec4<u32>(0u, 1u, 2u, 3u);
