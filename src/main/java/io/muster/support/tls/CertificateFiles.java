package io.muster.support.tls;

import io.muster.support.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

/** A certificate chain and its key as PEM files: PKCS#8, or the older forms of RSA and elliptic curves, not encrypted. */
final class CertificateFiles {

    private static final String RSA = "1.2.840.113549.1.1.1";
    private static final String CURVE = "1.2.840.10045.2.1";
    private static final int CHALLENGE = 32;

    private final Path certificate;
    private final Path key;

    CertificateFiles(Path certificate, Path key) {
        this.certificate = certificate;
        this.key = key;
    }

    /** The chain, the own certificate first, and the key that fits it. */
    record Pair(List<X509Certificate> chain, PrivateKey key) {}

    /**
     * What tells one state of the files from another; links are followed, as mounted secrets are switched by them.
     *
     * @throws IOException when one cannot be looked at
     */
    String stamp() throws IOException {
        return stamp(certificate) + " " + stamp(key);
    }

    private static String stamp(Path file) throws IOException {
        return file.toRealPath() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    }

    /** Reads both; a refusal when they cannot be used together. */
    Pair read() {
        Pair pair = new Pair(chain(), key());
        try {
            if (!fits(pair)) {
                throw refused(key, "it is not the key of the certificate in " + certificate);
            }
        } catch (GeneralSecurityException e) {
            throw refused(key, "it cannot be used with the certificate in " + certificate);
        }

        return pair;
    }

    private List<X509Certificate> chain() {
        try (InputStream in = Files.newInputStream(certificate)) {
            List<X509Certificate> chain = CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(CertificateFiles::x509)
                    .toList();
            if (chain.isEmpty()) {
                throw refused(certificate, "it has no certificate");
            }

            return chain;
        } catch (IOException e) {
            throw refused(certificate, "it cannot be read");
        } catch (GeneralSecurityException e) {
            throw refused(certificate, "it is no certificate in PEM form");
        }
    }

    private static X509Certificate x509(Certificate one) {
        return (X509Certificate) one;
    }

    private PrivateKey key() {
        try (Reader in = Files.newBufferedReader(key, StandardCharsets.US_ASCII);
                PEMParser parser = new PEMParser(in)) {
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                switch (part) {
                    case PrivateKeyInfo info -> {
                        return key(info);
                    }
                    case PEMKeyPair pair -> {
                        return key(pair.getPrivateKeyInfo());
                    }
                    default -> {
                        // Parameters of a curve may stand before its key.
                    }
                }
            }
        } catch (GeneralSecurityException e) {
            throw refused(key, "it is of no kind that can be used: RSA, EC or Ed25519");
        } catch (IOException e) {
            throw refused(key, "it cannot be read, or is no key in PEM form");
        }

        throw refused(key, "it has no key, or one that is encrypted");
    }

    /** A key of the platform's own: its TLS knows no others. */
    private static PrivateKey key(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        String kind = switch (info.getPrivateKeyAlgorithm().getAlgorithm().getId()) {
            case RSA -> "RSA";
            case CURVE -> "EC";
            default -> "EdDSA";
        };
        return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    }

    private static boolean fits(Pair pair) throws GeneralSecurityException {
        byte[] challenge = new byte[CHALLENGE];
        new SecureRandom().nextBytes(challenge);
        String kind = pair.key().getAlgorithm();
        Signature signature = Signature.getInstance(
                switch (kind) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC", "ECDSA" -> "SHA256withECDSA";
                    default -> kind;
                });
        signature.initSign(pair.key());
        signature.update(challenge);
        byte[] signed = signature.sign();
        signature.initVerify(pair.chain().getFirst());
        signature.update(challenge);
        return signature.verify(signed);
    }

    private static Refusal refused(Path file, String reason) {
        return Refusal.failed(
                "Cannot use %s for TLS: %s. Check MUSTER_TLS_CERTIFICATE and MUSTER_TLS_KEY.".formatted(file, reason));
    }
}
