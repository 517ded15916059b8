//! As much of the DevTools protocol as it takes to drive one page.

use crate::model::BOUND;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
];

/// The browser to test with: `$CHROMIUM`, or where distributions put it.
pub fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let usual =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].map(PathBuf::from);
    named.into_iter().chain(usual).find(|path| path.exists())
}

/// A browser with one page open; gone when dropped.
pub struct Browser {
    child: Child,
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    session: String,
    serial: u64,
    /// Errors and warnings that the page printed.
    pub complaints: Vec<String>,
    _home: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    pub async fn open(program: &Path, url: &str) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut child = Command::new(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", home.path().display()))
            .arg("about:blank")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (found, address) = tokio::sync::oneshot::channel();
        std::thread::spawn(move || {
            let mut found = Some(found);
            // Read on to the end, so that the browser never waits for its own complaints.
            for line in stderr.lines().map_while(Result::ok) {
                if let Some(address) = line.strip_prefix("DevTools listening on ")
                    && let Some(found) = found.take()
                {
                    let _ = found.send(address.to_owned());
                }
            }
        });
        let address = timeout(BOUND * 3, address).await.expect("a browser that starts").unwrap();
        let (socket, _) = tokio_tungstenite::connect_async(address).await.unwrap();
        let mut browser =
            Self { child, socket, session: String::new(), serial: 0, complaints: Vec::new(), _home: home };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" })).await;
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", attach).await;
        browser.session = session["sessionId"].as_str().unwrap().to_owned();
        for domain in ["Page", "Runtime", "Log"] {
            browser.call(&format!("{domain}.enable"), json!({})).await;
        }
        browser.size(1380, 860).await;
        browser.go(url).await;
        browser
    }

    pub async fn go(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url })).await;
        self.until("document.body && document.body.dataset.ready === 'yes'").await;
    }

    pub async fn call(&mut self, method: &str, params: Value) -> Value {
        self.serial += 1;
        let id = self.serial;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::Text(message.to_string().into())).await.unwrap();
        loop {
            let frame = timeout(BOUND * 2, self.socket.next()).await.expect("an answer of the browser");
            let Message::Text(text) = frame.unwrap().unwrap() else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            self.listen(&answer);
        }
    }

    fn listen(&mut self, event: &Value) {
        let params = &event["params"];
        match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => self.complaints.push(params["exceptionDetails"].to_string()),
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                self.complaints.push(params["entry"].to_string());
            }
            _ => {}
        }
    }

    /// The value of an expression; promises are waited for.
    pub async fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true });
        let answer = self.call("Runtime.evaluate", params).await;
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until an expression holds, looking at every frame the page draws.
    pub async fn until(&mut self, expression: &str) {
        let waiting = format!(
            "new Promise((resolve) => {{ const end = performance.now() + 10000; const look = () => {{ \
               let found = false; try {{ found = Boolean({expression}); }} catch (_) {{}} \
               if (found || performance.now() > end) resolve(found); else setTimeout(look, 16); }}; look(); }})"
        );
        let found = self.eval(&waiting).await;
        if found != true {
            let text = self.eval("document.body.innerText").await;
            panic!(
                "never came true: {expression}\n{:?}\n{}",
                self.complaints,
                text.as_str().unwrap_or_default()
            );
        }
    }

    /// Clicks the first visible element of this kind whose words or label contain these.
    pub async fn click(&mut self, selector: &str, words: &str) {
        let find = format!(
            "(() => {{ const it = [...document.querySelectorAll({selector:?})].find((it) => \
               (it.innerText.includes({words:?}) || (it.getAttribute('aria-label') ?? '').includes({words:?})) && it.getClientRects().length); \
               if (it) it.click(); return Boolean(it); }})()"
        );
        self.until(&find).await;
    }

    /// Types into whatever has the focus.
    pub async fn insert(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses a key by its name: `Enter`, `Tab`, `ArrowDown`.
    pub async fn key(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Tab" => 9,
            "Escape" => 27,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            other => panic!("no such key: {other}"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        let mut down =
            json!({ "type": "rawKeyDown", "key": key, "code": key, "windowsVirtualKeyCode": code });
        if !text.is_empty() {
            down["type"] = json!("keyDown");
            down["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", down).await;
        let up = json!({ "type": "keyUp", "key": key, "code": key, "windowsVirtualKeyCode": code });
        self.call("Input.dispatchKeyEvent", up).await;
    }

    pub async fn size(&mut self, width: u32, height: u32) {
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", params).await;
    }

    pub async fn dark(&mut self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Keeps a picture of the page in `target/pictures`.
    pub async fn picture(&mut self, name: &str) {
        let answer = self.call("Page.captureScreenshot", json!({ "format": "png" })).await;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../pictures");
        std::fs::create_dir_all(&folder).unwrap();
        let bytes = decode(answer["data"].as_str().unwrap());
        std::fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    }
}

/// Base64, as the protocol sends pictures.
fn decode(text: &str) -> Vec<u8> {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sextets = text.bytes().filter_map(|it| SIGNS.iter().position(|sign| *sign == it));
    let (mut out, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for sextet in sextets {
        bits = bits << 6 | u32::try_from(sextet).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from(bits >> held & 0xff).unwrap());
        }
    }
    out
}
