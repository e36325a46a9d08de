//! An empty Tauri window: the floor for the product's start, its memory and its painting. It shows one field, and turns a
//! word when a key is pressed.

use std::borrow::Cow;

use tauri::utils::assets::{AssetKey, CspHash};
use tauri::{App, Assets, Runtime, WebviewUrl, WebviewWindowBuilder};

const PAGE: &[u8] = b"<!doctype html><meta charset=utf-8><title>empty</title><p data-testid=word data-standing=off>off</p>
<input autofocus><script>
const word = document.querySelector('p');
addEventListener('keydown', () => { word.dataset.standing = word.textContent = word.dataset.standing === 'off' ? 'on' : 'off'; });
requestAnimationFrame(() => performance.mark('usable'));
</script>";

struct OnePage;

impl<R: Runtime> Assets<R> for OnePage {
    fn setup(&self, _: &App<R>) {}

    fn get(&self, _: &AssetKey) -> Option<Cow<'_, [u8]>> {
        Some(Cow::Borrowed(PAGE))
    }

    fn iter(&self) -> Box<tauri::utils::assets::AssetsIter<'_>> {
        Box::new(std::iter::empty())
    }

    fn csp_hashes(&self, _: &AssetKey) -> Box<dyn Iterator<Item = CspHash<'_>> + '_> {
        Box::new(std::iter::empty())
    }
}

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .setup(|app| {
            let url = WebviewUrl::App("index.html".into());
            WebviewWindowBuilder::new(app, "empty", url).inner_size(1366.0, 768.0).build()?;
            Ok(())
        })
        .run(tauri::test::mock_context(OnePage))
}
