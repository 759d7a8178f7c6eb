# SPDX-License-Identifier: Apache-2.0
# The monitor. From the root of the repository:
#   docker build -f docker/monitor.Dockerfile -t foreshock-monitor .
#   docker run --read-only --tmpfs /tmp -v foreshock:/data -e FORESHOCK_TOKEN=... -p 127.0.0.1:8087:8087 foreshock-monitor
# It needs a token, for it listens on all the container's addresses; it writes nowhere but to /data.

FROM maven:3.9.9-eclipse-temurin-17 AS build
WORKDIR /src
COPY pom.xml foreshock LICENSE README.md ./
COPY .mvn .mvn
COPY predictors predictors
COPY dashboards dashboards
COPY trainer/pom.xml trainer/pom.xml
COPY monitor monitor
COPY lab lab
COPY dist dist
# the archive of a release, without the wheels, which would need Python
RUN --mount=type=cache,target=/root/.m2 \
    mvn -q -B -Pdist -Dexec.skip -DskipTests -pl dist/service -am package
WORKDIR /opt
RUN jar --extract --file /src/target/dist/foreshock-*.zip \
 && mv foreshock-* foreshock \
 && chmod +x foreshock/foreshock
ARG TARGETARCH
RUN find foreshock/lib -name 'libduckdb_java.so_*' ! -name "*_linux_$TARGETARCH" -delete

FROM eclipse-temurin:17.0.15_6-jre-jammy
COPY --from=build /opt/foreshock /opt/foreshock
COPY docker/monitor.yaml /etc/foreshock/
RUN install -d -o 10001 -g 10001 /data
# the class archive, with which it starts in half the time
RUN /opt/foreshock/foreshock quicken
ENV FORESHOCK_PUBLIC_URL=http://127.0.0.1:8087
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8087
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8087 && printf 'GET /health HTTP/1.0\\r\\n\\r\\n' >&3 && read -r -t 4 line <&3 && [[ $line == *' 200 '* ]]"]
ENTRYPOINT ["/opt/foreshock/foreshock"]
CMD ["monitor", "--config", "/etc/foreshock/monitor.yaml"]
