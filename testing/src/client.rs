//! 来办事的人 · a browser without scripts: cookies, forms, no redirects followed; and what it was shown.

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use std::collections::BTreeMap;
use std::sync::Mutex;
use tower::ServiceExt;

pub const OK: u16 = StatusCode::OK.as_u16();

pub struct Client {
    router: axum::Router,
    pub cookies: Mutex<BTreeMap<String, String>>,
}

/// An answer. Its methods say where it came from when it is not what was expected.
pub struct Page {
    pub status: u16,
    pub headers: axum::http::HeaderMap,
    pub body: Vec<u8>,
    pub asked: String,
}

impl Page {
    #[track_caller]
    pub fn is(self, status: u16) -> Page {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self
    }
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    #[track_caller]
    pub fn has(self, text: &str) -> Page {
        assert!(self.text().contains(text), "{} does not say “{text}”: {}", self.asked, self.text());
        self
    }
    #[track_caller]
    pub fn has_not(self, text: &str) -> Page {
        assert!(!self.text().contains(text), "{} says “{text}”", self.asked);
        self
    }
    pub fn location(&self) -> String {
        self.headers.get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The value of an attribute in a tag, as a reader of the page has it.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let rest = &tag[tag.find(&format!(" {name}=\""))? + name.len() + 3..];
    let value = &rest[..rest.find('"')?];
    Some(unescaped(value))
}

fn unescaped(text: &str) -> String {
    let plain =
        text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'");
    plain.replace("&#38;", "&").replace("&amp;", "&")
}

impl Page {
    /// What a browser would post from the form that leads to `action`, nothing changed and no button pressed.
    #[track_caller]
    pub fn fields(&self, action: &str) -> Vec<(String, String)> {
        let text = self.text();
        let from = text.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("{} has no form to {action}", self.asked));
        let form = &text[from..from + text[from..].find("</form>").unwrap()];
        let mut fields = Vec::new();
        for piece in form.split('<').skip(1) {
            let (tag, after) = piece.split_once('>').unwrap_or((piece, ""));
            let Some(name) = attribute(tag, "name") else { continue };
            let value = || attribute(tag, "value").unwrap_or_default();
            let kind = attribute(tag, "type");
            match (tag.split_whitespace().next(), kind.as_deref()) {
                (Some("input"), Some("radio" | "checkbox")) if tag.ends_with(" checked") => fields.push((name, value())),
                (Some("input"), Some("radio" | "checkbox" | "file")) => {}
                (Some("input"), _) => fields.push((name, value())),
                (Some("textarea"), _) => fields.push((name, unescaped(after))),
                _ => {}
            }
        }
        fields
    }
}

impl Client {
    pub fn new(router: axum::Router) -> Client {
        Client { router, cookies: Mutex::default() }
    }

    async fn send(&self, request: Request<Body>) -> Page {
        let asked = format!("{} {}", request.method(), request.uri());
        let response: Response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            if let Some((name, value)) = text.split(';').next().and_then(|c| c.split_once('=')) {
                let mut cookies = self.cookies.lock().unwrap();
                if value.is_empty() {
                    cookies.remove(name)
                } else {
                    cookies.insert(name.to_owned(), value.to_owned())
                };
            }
        }
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Page { status: parts.status.as_u16(), headers: parts.headers, body, asked }
    }

    fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        Request::builder().method(method).uri(path).header(header::COOKIE, cookies.join("; ")).header(header::HOST, "localhost")
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path).body(Body::empty()).unwrap()).await
    }
    pub async fn json(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path).header(header::ACCEPT, "application/json").body(Body::empty()).unwrap()).await
    }
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
    pub async fn post_json(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = serde_urlencoded::to_string(fields).unwrap();
        let request = self
            .request(Method::POST, path)
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
    /// Any request, with its headers.
    pub async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Page {
        let mut request = self.request(method.parse().unwrap(), path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }
    pub async fn upload(&self, path: &str, field: &str, name: &str, bytes: &[u8]) -> Page {
        let boundary = "----sunlit";
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let request =
            self.request(Method::POST, path).header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"));
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}
