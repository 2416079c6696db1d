# What ConvertFrom-Json and ConvertTo-Json do, where the engine alone is there.

function ConvertFrom-JsonText([string] $Text) { ConvertFrom-JsonElement ([System.Text.Json.JsonDocument]::Parse($Text).RootElement) }

function ConvertFrom-JsonElement([System.Text.Json.JsonElement] $Element) {
    switch ($Element.ValueKind) {
        'Object' {
            $object = [ordered]@{}
            foreach ($property in $Element.EnumerateObject()) { $object[$property.Name] = ConvertFrom-JsonElement $property.Value }
            [pscustomobject] $object
        }
        'Array' { , @(foreach ($item in $Element.EnumerateArray()) { ConvertFrom-JsonElement $item }) }
        'Number' { $Element.GetDouble() }
        'String' { $Element.GetString() }
        'True' { $true }
        'False' { $false }
    }
}

function ConvertTo-JsonText($Value) { [System.Text.Json.JsonSerializer]::Serialize($Value, $Value.GetType(), [System.Text.Json.JsonSerializerOptions]::Default) }
