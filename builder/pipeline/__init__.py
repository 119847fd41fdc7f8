"""The whole way from scans to a bundle: builds, changes and splits bundles by calling the steps."""
