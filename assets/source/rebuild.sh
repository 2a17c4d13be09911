#!/bin/sh
# Rebuilds assets/vendor/bootstrap-italia-VERSION from the npm package. By hand, on upgrade: the product
# never needs node. Run it, look at `git diff`, change VERSION in templates/layout.html and varco.css.
set -eu
VERSION=2.18.3
ESBUILD=0.28.2
INTEGRITY='dz4kNtcAYJF4OsWABT9m3CAT3NH5y6OzGG+v/VUGH1LjumIUmlP3GaQ+aHgtv5Vw3B5dS0jbHZiHGSfdu+DffA=='

here=$(cd "$(dirname "$0")" && pwd)
out=$here/../vendor/bootstrap-italia-$VERSION
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

npm pack --silent "bootstrap-italia@$VERSION"
got=$(openssl dgst -sha512 -binary "bootstrap-italia-$VERSION.tgz" | base64 -w0)
[ "$got" = "$INTEGRITY" ] || { echo "bootstrap-italia-$VERSION.tgz is not the package we know" >&2; exit 1; }
tar xzf "bootstrap-italia-$VERSION.tgz"

rm -rf "$out"
mkdir -p "$out/fonts/Titillium_Web" "$out/fonts/Roboto_Mono"
# The video player's icon font is a data: URL that our Content-Security-Policy refuses.
perl -0pe 's/\@font-face\{font-family:VideoJS;.*?\}//s; s{/\*# sourceMappingURL=.*?\*/\s*}{}' \
    package/dist/css/bootstrap-italia.min.css > "$out/bootstrap-italia.css"
cp package/dist/svg/sprites.svg "$out/"
cp package/LICENSE "$out/LICENSE.txt"
cp package/dist/fonts/Titillium_Web/OFL.txt "$out/fonts/Titillium_Web/"
cp package/dist/fonts/Roboto_Mono/LICENSE.txt "$out/fonts/Roboto_Mono/"
for weight in 300 regular 600 700; do
    cp "package/dist/fonts/Titillium_Web/titillium-web-v10-latin-ext_latin-$weight.woff2" "$out/fonts/Titillium_Web/"
done
for weight in regular 700; do
    cp "package/dist/fonts/Roboto_Mono/roboto-mono-v13-latin-ext_latin-$weight.woff2" "$out/fonts/Roboto_Mono/"
done

# --ignore-annotations: the package calls its plugins free of side effects, and esbuild would drop them all.
cp "$here/bi-subset-entry.js" entry.js
npm init -y > /dev/null
npm install --silent "bootstrap-italia@$VERSION" "esbuild@$ESBUILD"
npx esbuild entry.js --bundle --minify --format=iife --target=es2019 --ignore-annotations \
    --outfile="$out/bootstrap-italia.js"

cd "$out"
find . -type f ! -name SHA256SUMS | LC_ALL=C sort | sed 's|^\./||' | xargs sha256sum > SHA256SUMS
echo "rebuilt $out"
