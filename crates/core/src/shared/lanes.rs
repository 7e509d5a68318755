/// The end of a reduction where every invocation is alone; what an adapter with subgroups takes in its place is
/// [`by_subgroups`].
pub const ALONE: &str = wgsl!("lanes_alone.wgsl");

const SUBGROUP: &str = wgsl!("lanes_subgroup.wgsl");

/// The files of a shader that reduces, with its end by subgroups: the constant `LANES` says how many
/// invocations lie in one.
pub fn by_subgroups(files: &[&'static str]) -> Option<Vec<&'static str>> {
    let end = |&file: &&'static str| if file == ALONE { SUBGROUP } else { file };
    files.contains(&ALONE).then(|| files.iter().map(end).collect())
}
