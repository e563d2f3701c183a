# The image of Muster: the program unpacked in layers by how often they change, and a class cache that the image's own Java
# machine makes, for faster starts. docker build -t muster . (BuildKit or buildah)

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml ./
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 mvn -B -q --no-transfer-progress -Dmaven.test.skip=true package \
  && java -Djarmode=tools -jar target/muster.jar extract --layers --destination layers

FROM eclipse-temurin:25-jre
RUN groupadd --gid 10001 muster \
  && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/muster --shell /usr/sbin/nologin muster \
  && install -d -o 10001 -g 10001 -m 0700 /var/lib/muster
COPY --from=build /build/layers/dependencies/ /opt/muster/app/
COPY --from=build /build/layers/snapshot-dependencies/ /opt/muster/app/
COPY --from=build /build/layers/application/ /opt/muster/app/
COPY --chmod=0755 muster /opt/muster/muster
# There is no database here: the cache holds what is loaded until one is asked for.
RUN MUSTER_DETACHED=1 MUSTER_HOME=/tmp/muster MUSTER_DATABASE_URL=jdbc:mysql://127.0.0.1:1/ MUSTER_DATABASE_WAIT=0s \
  /opt/muster/muster --prepare-fast-starts \
  && test -s /opt/muster/app/muster.aot \
  && rm -rf /tmp/muster /opt/muster/app/train.log /opt/muster/app/train.lock
# The root may be read-only: only this folder and /tmp are written to.
ENV MUSTER_HOME=/var/lib/muster
USER 10001:10001
EXPOSE 8080 8081 9464
ENTRYPOINT ["/opt/muster/muster"]
CMD ["--help"]
