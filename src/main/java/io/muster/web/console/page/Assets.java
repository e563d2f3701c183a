package io.muster.web.console.page;

import io.muster.support.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Style sheet, script and icon, under addresses that name their content, so that browsers keep them for good. */
@RestController
public final class Assets {

    private static final int HASH = 16;
    private static final String FOR_GOOD = "public, max-age=31536000, immutable";
    private static final Map<String, String> TYPES = Map.of(
            "console.css", "text/css;charset=utf-8",
            "console.js", "text/javascript;charset=utf-8",
            "imports.css", "text/css;charset=utf-8",
            "imports.js", "text/javascript;charset=utf-8",
            "segments.css", "text/css;charset=utf-8",
            "segments.js", "text/javascript;charset=utf-8",
            "console.svg", "image/svg+xml");

    private final Map<String, Asset> assets = new LinkedHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Asset(String hash, String type, byte[] content) {}

    /** Reads the files that are part of the program. */
    public Assets() {
        TYPES.forEach((name, type) -> {
            byte[] content = content(name);
            String hash =
                    HexFormat.of().formatHex(Sha256.digest().digest(content)).substring(0, HASH);
            assets.put(name, new Asset(hash, type, content));
        });
    }

    private static byte[] content(String name) {
        try (InputStream in = Objects.requireNonNull(Assets.class.getResourceAsStream("/console/assets/" + name))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of a file. */
    public String address(String name) {
        return "/assets/" + Objects.requireNonNull(assets.get(name)).hash() + "/" + name;
    }

    @GetMapping("/assets/{hash}/{name}")
    ResponseEntity<byte[]> get(@PathVariable String hash, @PathVariable String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            return ResponseEntity.status(HttpStatus.NOT_FOUND).build();
        }

        // While servers are replaced one after another, the page may come from another one: this is near enough, for
        // once.
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_TYPE, asset.type())
                .header(HttpHeaders.CACHE_CONTROL, asset.hash().equals(hash) ? FOR_GOOD : "no-store")
                .body(asset.content());
    }
}
