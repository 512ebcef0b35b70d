//! What a process takes, as the kernel counts it.

/// Memory that it has now, in MB.
pub fn resident(process: u32) -> f64 {
    status(process, "VmRSS").expect("the process is alive")
}

/// The most memory that it ever had, in MB; none once it has ended.
pub fn peak(process: u32) -> Option<f64> {
    status(process, "VmHWM")
}

fn status(process: u32, name: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1e3)
}
