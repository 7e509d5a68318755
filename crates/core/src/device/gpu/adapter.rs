use super::Share;
use crate::device::DeviceError;
use crate::text::gpu as text;

/// Which adapter to open, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Part of the adapter's name, where a machine has several (not in browsers).
    pub adapter: Option<String>,
    /// Takes an adapter that only imitates a GPU, too.
    pub software: bool,
    /// Whether kernels share memory; by default where the adapter gains by it.
    pub share: Option<Share>,
    /// Without subgroups, though the adapter have them: a test of the form that others take.
    pub alone: bool,
    /// Bytes of the largest buffer wanted; WebGPU promises 128 MiB without asking.
    pub largest: u64,
}

/// What an adapter says about itself. Browsers say little, to protect their users.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// `NVIDIA GeForce RTX 4070`, `llvmpipe (LLVM 19, 256 bits)`; empty in most browsers.
    pub name: String,
    /// `google`, `intel`; browsers only.
    pub vendor: String,
    /// `swiftshader`, `gen-12lp`; browsers only.
    pub architecture: String,
    /// What the adapter is reached through: `Vulkan`, `Metal`, `DirectX 12`, `WebGPU`.
    pub api: &'static str,
    /// Whether the system itself calls it a fallback.
    pub fallback: bool,
    /// Invocations that hand numbers to one another without memory; 1 where nothing is known of subgroups.
    pub lanes: u32,
}

/// Programs that imitate a GPU: how they are recognised and what they are called.
const IMITATIONS: [(&str, &str); 6] = [
    ("swiftshader", "SwiftShader"),
    ("llvmpipe", "llvmpipe"),
    ("lavapipe", "lavapipe"),
    ("softpipe", "softpipe"),
    ("microsoft basic render driver", "WARP"),
    ("warp", "WARP"),
];

impl Info {
    /// Why this is no graphics hardware, if it is none: half a sentence, for the badge.
    pub fn software(&self) -> Option<String> {
        let told = format!("{} {} {}", self.name, self.vendor, self.architecture).to_lowercase();
        let is = |sign: &str| format!(" {told} ").contains(&format!(" {sign} "));
        let name = match IMITATIONS.iter().find(|(sign, _)| is(sign)) {
            Some((_, name)) => name,
            None if self.fallback => text::ONLY_ADAPTER,
            None => return None,
        };
        Some(text::imitation(name))
    }

    /// Waiting is cheap on graphics hardware only.
    pub(super) fn share(&self) -> Share {
        if self.software().is_some() { Share::Never } else { Share::WherePays }
    }

    /// What a person calls the adapter.
    pub fn title(&self) -> String {
        let words = [self.vendor.as_str(), self.architecture.as_str()];
        let known: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        match () {
            () if !self.name.is_empty() => format!("{} ({})", self.name, self.api),
            () if !known.is_empty() => format!("{} ({})", known.join(" "), self.api),
            () => self.api.to_owned(),
        }
    }
}

/// An opened adapter.
pub(super) struct Opened {
    pub device: wgpu::Device,
    pub queue: wgpu::Queue,
    pub info: Info,
}

fn absent(why: impl ToString) -> DeviceError {
    DeviceError::Absent(why.to_string())
}

/// Finds the adapter and opens a device with WebGPU's default limits, larger buffers apart.
pub(super) async fn open(options: &Options) -> Result<Opened, DeviceError> {
    let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
    descriptor.backends = wgpu::Backends::PRIMARY;
    let adapter = choose(&wgpu::Instance::new(descriptor), options.adapter.as_deref()).await?;
    let offered = adapter.limits();
    let mut limits = wgpu::Limits::default();
    let enlarge = |promised: u64, offered: u64| promised.max(options.largest.min(offered));
    limits.max_buffer_size = enlarge(limits.max_buffer_size, offered.max_buffer_size);
    limits.max_storage_buffer_binding_size =
        enlarge(limits.max_storage_buffer_binding_size, offered.max_storage_buffer_binding_size);
    let request = wgpu::DeviceDescriptor {
        label: Some("convlab"),
        required_features: adapter.features() & wgpu::Features::SUBGROUP,
        required_limits: limits,
        ..wgpu::DeviceDescriptor::default()
    };
    let info = describe(&adapter.get_info());
    if let (false, Some(why)) = (options.software, info.software()) {
        return Err(absent(why));
    }
    let (device, queue) = adapter.request_device(&request).await.map_err(absent)?;
    let mut info = complete(info, &device);
    if options.alone || !has_subgroups(&device) {
        info.lanes = 1;
    }
    match info.software() {
        Some(why) if !options.software => Err(absent(why)),
        _ => Ok(Opened { device, queue, info }),
    }
}

#[cfg(not(target_arch = "wasm32"))]
async fn choose(instance: &wgpu::Instance, name: Option<&str>) -> Result<wgpu::Adapter, DeviceError> {
    let Some(name) = name else { return best(instance).await };
    let wanted = name.to_lowercase();
    let adapters = instance.enumerate_adapters(wgpu::Backends::PRIMARY).await;
    let names: Vec<String> = adapters.iter().map(|a| a.get_info().name).collect();
    let found = adapters.into_iter().find(|a| a.get_info().name.to_lowercase().contains(&wanted));
    found.ok_or_else(|| absent(text::no_such_adapter(name, &names.join(", "))))
}

#[cfg(target_arch = "wasm32")]
async fn choose(instance: &wgpu::Instance, _name: Option<&str>) -> Result<wgpu::Adapter, DeviceError> {
    best(instance).await
}

async fn best(instance: &wgpu::Instance) -> Result<wgpu::Adapter, DeviceError> {
    let wish = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..wgpu::RequestAdapterOptions::default()
    };
    let place = if cfg!(target_arch = "wasm32") { text::BROWSER } else { text::MACHINE };
    let none = |_| absent(text::no_adapter(place));
    instance.request_adapter(&wish).await.map_err(none)
}

fn describe(info: &wgpu::AdapterInfo) -> Info {
    Info {
        name: info.name.clone(),
        api: match info.backend {
            wgpu::Backend::BrowserWebGpu => "WebGPU",
            wgpu::Backend::Vulkan => "Vulkan",
            wgpu::Backend::Metal => "Metal",
            wgpu::Backend::Dx12 => "DirectX 12",
            other => other.to_str(),
        },
        fallback: info.device_type == wgpu::DeviceType::Cpu,
        // How wide a subgroup is may change from shader to shader, but never below this.
        lanes: info.subgroup_min_size.clamp(1, 64),
        ..Info::default()
    }
}

/// Browsers tell vendor and architecture through the device only.
#[cfg(target_arch = "wasm32")]
fn complete(info: Info, device: &wgpu::Device) -> Info {
    let Some(told) = device.as_webgpu().map(|device| device.adapter_info()) else { return info };
    Info { vendor: told.vendor(), architecture: told.architecture(), ..info }
}

#[cfg(not(target_arch = "wasm32"))]
fn complete(info: Info, _device: &wgpu::Device) -> Info {
    info
}

/// wgpu 30 knows nothing of subgroups in a browser: the worker asks for them, and the device tells.
#[cfg(target_arch = "wasm32")]
fn has_subgroups(device: &wgpu::Device) -> bool {
    device.as_webgpu().is_some_and(|device| device.features().has("subgroups"))
}

#[cfg(not(target_arch = "wasm32"))]
fn has_subgroups(device: &wgpu::Device) -> bool {
    device.features().contains(wgpu::Features::SUBGROUP)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info(name: &str, vendor: &str, architecture: &str) -> Info {
        Info {
            name: name.into(),
            vendor: vendor.into(),
            architecture: architecture.into(),
            api: "WebGPU",
            fallback: false,
            lanes: 1,
        }
    }

    #[test]
    fn imitations_are_recognised() {
        for (name, vendor, architecture, called) in [
            ("", "google", "swiftshader", "SwiftShader"),
            ("SwiftShader Device (LLVM 16.0.0)", "", "", "SwiftShader"),
            ("llvmpipe (LLVM 19.1.7, 256 bits)", "", "", "llvmpipe"),
            ("", "mesa", "llvmpipe", "llvmpipe"),
            ("Microsoft Basic Render Driver", "", "", "WARP"),
            ("", "microsoft", "warp", "WARP"),
        ] {
            let why = info(name, vendor, architecture).software().expect(called);
            assert!(why.starts_with(called), "{why}");
        }
        let fallback = Info { fallback: true, ..info("", "", "") };
        assert!(fallback.software().expect("a fallback").starts_with("the only adapter"));
    }

    #[test]
    fn hardware_is_not_refused() {
        for (name, vendor, architecture) in [
            ("NVIDIA GeForce RTX 4070", "nvidia", "lovelace"),
            ("Intel(R) UHD Graphics 620 (KBL GT2)", "intel", "gen-9"),
            ("Apple M2", "apple", "common-3"),
            ("", "", ""),
            ("Warpdrive 9000", "", ""),
        ] {
            assert_eq!(info(name, vendor, architecture).software(), None);
        }
    }

    #[test]
    fn a_title_says_what_is_known() {
        assert_eq!(info("Apple M2", "apple", "common-3").title(), "Apple M2 (WebGPU)");
        assert_eq!(info("", "intel", "gen-9").title(), "intel gen-9 (WebGPU)");
        assert_eq!(info("", "", "").title(), "WebGPU");
    }
}
