// Weights and activations of 16 columns, for `tile`.

var<workgroup> tile_of_weights: array<vec4<f32>, 4 * ROWS>; // [columns / 4, rows]
var<workgroup> tile_of_scales: array<f32, ROWS>;
var<workgroup> tile_of_x: array<vec4<f32>, 4 * WORKGROUP_TOKENS>; // [columns / 4, tokens]
